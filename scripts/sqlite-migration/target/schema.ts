import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { migrateDatabase } from '@/lib/db/migrate';
import type { Target } from './connection';

const FOLDER = fileURLToPath(new URL('../../../drizzle', import.meta.url));

/** How many migrations the database lacks. */
export async function countPending(target: Target): Promise<number> {
  return (await pending(target)).length;
}

async function pending(target: Target) {
  const { there } = await target.one<{ there: boolean }>(
    "select to_regclass('drizzle.__drizzle_migrations') is not null as there",
  );
  const all = readMigrationFiles({ migrationsFolder: FOLDER });
  if (!there) return all;
  const { last } = await target.one<{ last: number }>(
    'select coalesce(max(created_at), 0)::float8 as last from drizzle.__drizzle_migrations',
  );
  return all.filter((migration) => migration.folderMillis > last);
}

/** Brings the schema up to date; a dry run does so inside its transaction. */
export async function updateSchema(target: Target): Promise<void> {
  if (!target.isDryRun) {
    await migrateDatabase(target.url);
    return;
  }
  for (const { sql } of await pending(target)) {
    for (const statement of sql) await target.run(statement);
  }
}
