import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres, { type Sql } from 'postgres';
import { env } from '../env';
import * as schema from './schema';

export type Db = PostgresJsDatabase<typeof schema>;
/** What `db.transaction` hands to its callback; a `Db` is accepted wherever a `Tx` is. */
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0] | Db;

/** A Drizzle client of its own on `url`. Timestamps come back as UTC text, see schema.ts. */
export function connect(url: string): { db: Db; close: () => Promise<void> } {
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
  return { db: drizzle(preparing(client), { schema }), close: () => client.end({ timeout: 5 }) };
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
  shared.candleAnnotatorDb ??= connect(env().DATABASE_URL).db;
  return shared.candleAnnotatorDb;
}
