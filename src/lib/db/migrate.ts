import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres, { type Sql } from 'postgres';
import { poll } from '../retry';
import { postgresOptions, readTarget } from './connection';

const MIGRATIONS = {
  migrationsFolder: fileURLToPath(new URL('../../../drizzle', import.meta.url)),
};
/** Any number that nothing else in the database locks. */
const LOCK = 7_203_118;
const LOCK_TIMEOUT_MS = 120_000;
const OLDEST_MAJOR = 16;
const POOLED =
  'The database URL leads to a pooler, which gives each transaction another session: migrations, LISTEN and the ML service cannot go through it. Set DIRECT_DATABASE_URL to the same database past it.';

/**
 * Brings the database at `url` to the newest schema and tells how many migrations that took.
 * Drizzle's migrator has no lock, so an advisory one lets any number of starts run this at once.
 * The lock belongs to the session, so that a URL that leads through a pooler is refused.
 */
export async function migrateDatabase(url: string): Promise<{ applied: number }> {
  if (readTarget(url).isPooled) throw new Error(POOLED);
  const client = postgres({
    max: 1,
    ...postgresOptions(url, {
      applicationName: 'candle-annotator-migrate',
      // Whatever the role has as its defaults.
      settings: {
        statement_timeout: 0,
        lock_timeout: 0,
        idle_in_transaction_session_timeout: 0,
      },
    }),
  });
  try {
    await requireVersion(client).catch((error) => {
      // What PgBouncer says to a setting; PostgreSQL takes these.
      throw /unsupported startup parameter/.test(error.message) ? new Error(POOLED) : error;
    });
    await lock(client);
    const before = await appliedMigrations(client);
    const known = new Set(readMigrationFiles(MIGRATIONS).map((migration) => migration.hash));
    if (!before.every((hash) => known.has(hash))) {
      throw new Error(
        'This database was migrated by another version of candle-annotator, most likely a newer one. Start that version, or use another database.',
      );
    }
    await migrate(drizzle(client), MIGRATIONS);
    return { applied: known.size - before.length };
  } finally {
    await client.end({ timeout: 5 });
  }
}

async function requireVersion(client: Sql) {
  const [row] = await client`select current_setting('server_version_num')::int as number,
    current_setting('server_version') as version`;
  if (row?.number < OLDEST_MAJOR * 10_000) {
    throw new Error(
      `This is PostgreSQL ${row?.version}, and candle-annotator needs ${OLDEST_MAJOR} or newer.`,
    );
  }
}

/** Waits its turn by asking again: a predecessor that was killed holds the lock a little longer. */
async function lock(client: Sql) {
  const ask = async () => {
    const [row] = await client`select pg_try_advisory_lock(${LOCK}) as locked`;
    return row?.locked || undefined;
  };
  if (await poll(ask, { everyMs: 100, timeoutMs: LOCK_TIMEOUT_MS })) return;
  throw new Error(
    `Another migration of this database has been running for ${LOCK_TIMEOUT_MS / 1000} seconds. Wait for it to end, or end its session (application_name candle-annotator-migrate), and start again.`,
  );
}

/** Hashes of the migrations that the database has had. */
async function appliedMigrations(client: Sql): Promise<string[]> {
  const [table] =
    await client`select to_regclass('drizzle.__drizzle_migrations') is not null as there`;
  if (!table?.there) return [];
  const rows = await client<{ hash: string }[]>`select hash from drizzle.__drizzle_migrations`;
  return rows.map((row) => row.hash);
}
