import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres, { type Sql } from 'postgres';

const FOLDER = fileURLToPath(new URL('../../../drizzle', import.meta.url));
/** Any number that nothing else in the database locks. */
const LOCK = 7_203_118;
const LOCK_PATIENCE_MS = 120_000;

/**
 * Brings the database at `url` to the newest schema and tells how many migrations that took.
 * Drizzle's migrator has no lock, so an advisory one lets any number of starts run this at once.
 * `url` must not lead through a pooler: the lock belongs to the session.
 */
export async function migrateDatabase(url: string): Promise<{ applied: number }> {
  const client = postgres(url, {
    max: 1,
    connect_timeout: 10,
    onnotice: () => {},
    connection: { application_name: 'candle-annotator-migrate', TimeZone: 'UTC' },
  });
  try {
    await lock(client);
    const before = await appliedMigrations(client);
    await migrate(drizzle(client), { migrationsFolder: FOLDER });
    return { applied: (await appliedMigrations(client)) - before };
  } finally {
    await client.end({ timeout: 5 });
  }
}

/** Waits its turn by asking again: a predecessor that was killed holds the lock a little longer. */
async function lock(client: Sql) {
  const deadline = Date.now() + LOCK_PATIENCE_MS;
  for (;;) {
    const [row] = await client`select pg_try_advisory_lock(${LOCK}) as locked`;
    if (row?.locked) return;
    if (Date.now() > deadline) {
      throw new Error(
        `Another migration of this database has been running for ${LOCK_PATIENCE_MS / 1000} seconds. Wait for it to end, or end its session (application_name candle-annotator-migrate), and start again.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function appliedMigrations(client: Sql): Promise<number> {
  const [table] =
    await client`select to_regclass('drizzle.__drizzle_migrations') is not null as there`;
  if (!table?.there) return 0;
  const [row] = await client`select count(*)::int as count from drizzle.__drizzle_migrations`;
  return row?.count;
}
