import type { Sql } from 'postgres';

/**
 * Drizzle sends everything through `unsafe`, which prepares nothing unless asked to, and a
 * statement with parameters that is not prepared costs two round trips.
 */
export function withPreparedStatements<Client extends Sql>(client: Client): Client {
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
          return member(...args, (tx: Sql) => body(withPreparedStatements(tx)));
        };
      }
      return member;
    },
  });
}
