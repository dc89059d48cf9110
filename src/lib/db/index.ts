import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres, { type Sql } from 'postgres';
import { env } from '../env';
import { createListener, type Listener } from './listener';
import * as schema from './schema';

export type Db = PostgresJsDatabase<typeof schema>;
/** What `db.transaction` hands to its callback; a `Db` is accepted wherever a `Tx` is. */
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0] | Db;

type Connected = { url: string; client: Sql; listener: Listener; isGone: boolean };
const connected = new WeakMap<Db, Connected>();
/** How long a query may take before the database is asked whether it is there, and to answer that. */
const PATIENCE_MS = 4_000;

/**
 * A Drizzle client of its own on `url`, with a listener on `directUrl`, which no pooler may sit in
 * front of. Timestamps come back as UTC text, see schema.ts.
 */
export function connect(url: string, directUrl = url): { db: Db; close: () => Promise<void> } {
  const client = postgres(url, {
    max: 10,
    idle_timeout: 20,
    connect_timeout: 5,
    onnotice: () => {},
    connection: {
      application_name: 'candle-annotator-web',
      TimeZone: 'UTC',
      statement_timeout: 15_000,
      lock_timeout: 5_000,
      idle_in_transaction_session_timeout: 30_000,
      // A plan kept from when a chart was empty takes minutes once it is not.
      plan_cache_mode: 'force_custom_plan',
      // To start workers or to compile takes longer than nearly every query here.
      max_parallel_workers_per_gather: '0',
      jit: 'off',
    },
  });
  const db = drizzle(preparing(client), { schema });
  const listener = createListener(directUrl, 'chart');
  connected.set(db, { url, client, listener, isGone: false });
  return {
    db,
    async close() {
      await listener.close();
      await client.end({ timeout: 5 });
    },
  };
}

/** Who hears of changes to charts on this client's database. */
export const listenerOf = (db: Db): Listener => partsOf(db).listener;

function partsOf(db: Db): Connected {
  const parts = connected.get(db);
  if (!parts) throw new Error('this database client was not made by connect()');
  return parts;
}

/** The database does not answer; it has a code as the driver's own such errors have. */
class DatabaseSilent extends Error {
  readonly code = 'CONNECT_TIMEOUT';
}

/**
 * `work`, unless the database stops answering meanwhile. Over a connection that died without a
 * word a query waits for ever, so then all connections are given up, and `db()` makes new ones.
 */
export async function watched<T>(db: Db, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silent = new Promise<never>((_, reject) => {
    const look = async () => {
      const parts = partsOf(db);
      if (parts.isGone || !(await answers(parts.url))) {
        parts.isGone = true;
        void parts.client.end({ timeout: 0 });
        reject(new DatabaseSilent('the database does not answer'));
      } else if (timer) timer = setTimeout(look, PATIENCE_MS);
    };
    timer = setTimeout(look, PATIENCE_MS);
  });
  try {
    return await Promise.race([work, silent]);
  } finally {
    clearTimeout(timer);
    timer = undefined;
  }
}

/** Whether a new connection gets an answer soon. */
async function answers(url: string): Promise<boolean> {
  const client = postgres(url, { max: 1, fetch_types: false, onnotice: () => {} });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE_MS);
  });
  const asked = client`select 1`.then(
    () => true,
    // A refusal is an answer, too, unless it is that the server comes or goes.
    (error) => error instanceof postgres.PostgresError && !error.code.startsWith('57P'),
  );
  const answered = await Promise.race([asked, late]);
  clearTimeout(timer);
  void client.end({ timeout: 0 });
  return answered;
}

/**
 * Drizzle sends everything through `unsafe`, which prepares nothing unless asked to, and a
 * statement with parameters that is not prepared costs two round trips.
 */
function preparing<Client extends Sql>(client: Client): Client {
  return new Proxy(client, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== 'function') return member;
      if (key === 'unsafe') {
        return (text: string, params?: unknown[]) => member(text, params, { prepare: true });
      }
      if (key === 'begin' || key === 'savepoint') {
        return (...args: unknown[]) => {
          const body = args.pop() as (tx: Sql) => unknown;
          return member(...args, (tx: Sql) => body(preparing(tx)));
        };
      }
      return member;
    },
  });
}

// Next.js reloads modules in development; one pool has to outlive that.
const shared = globalThis as { candleAnnotatorDb?: Db };

/** The Drizzle client of the process, connected to `DATABASE_URL` at its first use. */
export function db(): Db {
  const { DATABASE_URL, DIRECT_DATABASE_URL } = env();
  let current = shared.candleAnnotatorDb;
  if (!current || partsOf(current).isGone) {
    current = connect(DATABASE_URL, DIRECT_DATABASE_URL).db;
    shared.candleAnnotatorDb = current;
  }
  return current;
}
