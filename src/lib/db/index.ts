import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres, { type Sql } from 'postgres';
import { env } from '../env';
import { createListener, type Listener } from './listener';
import * as schema from './schema';

export type Db = PostgresJsDatabase<typeof schema>;
/** What `db.transaction` hands to its callback; a `Db` is accepted wherever a `Tx` is. */
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0] | Db;

const listeners = new WeakMap<Db, Listener>();

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
    },
  });
  const db = drizzle(preparing(client), { schema });
  const listener = createListener(directUrl, 'chart');
  listeners.set(db, listener);
  return {
    db,
    async close() {
      await listener.close();
      await client.end({ timeout: 5 });
    },
  };
}

/** Who hears of changes to charts on this client's database. */
export function listenerOf(db: Db): Listener {
  const listener = listeners.get(db);
  if (!listener) throw new Error('this database client was not made by connect()');
  return listener;
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

/** The one Drizzle client of the process, connected to `DATABASE_URL` at its first use. */
export function db(): Db {
  const { DATABASE_URL, DIRECT_DATABASE_URL } = env();
  shared.candleAnnotatorDb ??= connect(DATABASE_URL, DIRECT_DATABASE_URL).db;
  return shared.candleAnnotatorDb;
}
