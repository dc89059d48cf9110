import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { testDatabase } from '@/lib/db/testing';
import type { Report } from '../report';
import { migrateSqlite, type Options } from '../run';

export type Migrated = { code: 0 | 2; output: string; report: Report };

/** A folder and a database of a test's own, and the way from a file in one into the other. */
export async function testMigration() {
  const folder = await mkdtemp(join(tmpdir(), 'candle annotator ünïcode '));
  const database = await testDatabase();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const report = join(folder, 'report');
  const attempt = async (path: string, options: Partial<Options> = {}) => {
    let output = '';
    const code = await migrateSqlite({
      path,
      url: database.url,
      dryRun: false,
      acceptRejects: false,
      reportFolder: () => report,
      yes: true,
      out: { write: (text) => (output += text) },
      confirm: null,
      ...options,
    });
    return { code, output };
  };
  return {
    folder,
    url: database.url,
    path: (name: string) => join(folder, name),
    report,
    attempt,
    /** Moves a file and gives the report that goes with it. */
    async migrate(path: string, options: Partial<Options> = {}): Promise<Migrated> {
      const result = await attempt(path, options);
      return { ...result, report: JSON.parse(await readFile(join(report, 'report.json'), 'utf8')) };
    },
    async rows<R = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<R[]> {
      return (await client.query(sql, values)).rows as R[];
    },
    async close() {
      await client.end();
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}
export type TestMigration = Awaited<ReturnType<typeof testMigration>>;
