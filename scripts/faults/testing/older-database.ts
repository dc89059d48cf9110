import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { databaseUrl } from '@/lib/db/testing';
import { testDatabaseAdminUrl } from '@/lib/env';
import { ROOT } from '../../runtime/root';

/** A database with all migrations but the newest `missing`; with all of them missing it is empty. */
export async function olderDatabase(missing: number) {
  const admin = postgres(testDatabaseAdminUrl(), { max: 1, onnotice: () => {} });
  const name = `older_${randomUUID().replaceAll('-', '')}`;
  await admin`create database ${admin(name)}`;
  const url = databaseUrl(testDatabaseAdminUrl(), name);
  const folder = await mkdtemp(join(tmpdir(), 'candle-annotator-older-'));
  await cp(join(ROOT, 'drizzle'), folder, { recursive: true });
  const journalFile = join(folder, 'meta', '_journal.json');
  const journal: { entries: unknown[] } = JSON.parse(await readFile(journalFile, 'utf8'));
  const entries = journal.entries.slice(0, Math.max(0, journal.entries.length - missing));
  await writeFile(journalFile, JSON.stringify({ ...journal, entries }));
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  if (entries.length > 0) await migrate(drizzle(sql), { migrationsFolder: folder });
  await rm(folder, { recursive: true });
  return {
    url,
    sql,
    migrations: journal.entries.length,
    async close() {
      await sql.end();
      await admin`drop database ${admin(name)} with (force)`;
      await admin.end();
    },
  };
}
