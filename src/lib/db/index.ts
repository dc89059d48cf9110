import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { env } from '../env';
import { isPooled, postgresOptions } from './connection';
import { countBytes } from './count-bytes';
import { withEndedTransactions } from './ended-transactions';
import { createListener, type Listener } from './listener';
import { type Liveness, watchLiveness } from './liveness';
import { withPreparedStatements } from './prepared-statements';
import * as schema from './schema';

export type Db = PostgresJsDatabase<typeof schema>;
/** What `db.transaction` hands to its callback; a `Db` is accepted wherever a `Tx` is. */
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0] | Db;

/** What every session of the web app runs under; by a pooler, `setRoleDefaults` gives it to the role. */
export const SESSION_SETTINGS = {
  statement_timeout: 15_000,
  lock_timeout: 5_000,
  idle_in_transaction_session_timeout: 30_000,
  // A plan kept from when a chart was empty takes minutes once it is not.
  plan_cache_mode: 'force_custom_plan',
  // To start workers or to compile takes longer than nearly every query here.
  max_parallel_workers_per_gather: '0',
  jit: 'off',
};

const resources = new WeakMap<Db, { poolSize: number; liveness: Liveness; listener: Listener }>();

/**
 * A Drizzle client of its own on `url`, with a listener on `directUrl`, which no pooler may sit in
 * front of. Timestamps come back as UTC text, see schema.ts.
 */
export function connect(url: string, directUrl = url): { db: Db; close: () => Promise<void> } {
  const bytes = countBytes();
  const sharesSessions = isPooled(url, directUrl);
  const pool = postgres({
    max: 10,
    idle_timeout: 20,
    ...postgresOptions(url, {
      applicationName: 'candle-annotator-web',
      settings: SESSION_SETTINGS,
      sharesSessions,
      onSocket: bytes.add,
    }),
  });
  const liveness = watchLiveness({
    url,
    bytesRead: bytes.read,
    abandon: () => void pool.end({ timeout: 0 }),
  });
  const client = withEndedTransactions(pool);
  const db = drizzle(sharesSessions ? client : withPreparedStatements(client), { schema });
  const listener = createListener(directUrl, 'chart');
  resources.set(db, { poolSize: pool.options.max, liveness, listener });
  return {
    db,
    async close() {
      liveness.close();
      await listener.close();
      await pool.end({ timeout: 5 });
    },
  };
}

/** How many connections this client may open. */
export const poolSizeOf = (db: Db): number => resourcesOf(db).poolSize;

/** What notifies of changes to charts on this client's database. */
export const listenerOf = (db: Db): Listener => resourcesOf(db).listener;

/**
 * `work` that uses `db`; it fails soon when the database stops answering meanwhile, and `db()`
 * then makes new connections.
 */
export const withLivenessCheck = <T>(db: Db, work: Promise<T>): Promise<T> =>
  resourcesOf(db).liveness.check(work);

function resourcesOf(db: Db) {
  const found = resources.get(db);
  if (!found) throw new Error('this database client was not made by connect()');
  return found;
}

// Next.js reloads modules in development; one pool has to outlive that.
const shared = globalThis as { candleAnnotatorDb?: Db };

/** The Drizzle client of the process, connected to `DATABASE_URL` at its first use. */
export function db(): Db {
  const { DATABASE_URL, DIRECT_DATABASE_URL } = env();
  let current = shared.candleAnnotatorDb;
  if (!current || resourcesOf(current).liveness.isGone()) {
    current = connect(DATABASE_URL, DIRECT_DATABASE_URL).db;
    shared.candleAnnotatorDb = current;
  }
  return current;
}
