import type { Sql } from 'postgres';
import { connectionClosed } from './orderly-close';

/**
 * A client whose transactions are over with their connection. The body of one may be waiting for
 * something else meanwhile, as an export for its reader; the driver would send what it does next,
 * or a rollback, over a connection that is no more, which ends the whole process.
 */
export function withEndedTransactions<Client extends Sql>(client: Client): Client {
  return new Proxy(client, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (key !== 'begin' || typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        const body = args.pop() as (tx: Sql) => Promise<unknown>;
        let isOver = false;
        const transaction: Promise<unknown> = member(...args, (tx: Sql) => {
          const working = body(refusing(tx, () => isOver));
          return new Promise((resolve, reject) => {
            // Nobody waits for it any more once it is over: not even to roll it back.
            working.then(
              (value) => isOver || resolve(value),
              (error) => isOver || reject(error),
            );
          });
        });
        transaction.catch(() => {
          isOver = true;
        });
        return transaction;
      };
    },
  });
}

function refusing(tx: Sql, isOver: () => boolean): Sql {
  const check = () => {
    if (isOver()) throw connectionClosed();
  };
  return new Proxy(tx, {
    apply(target, self, args) {
      check();
      return Reflect.apply(target, self, args);
    },
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (key !== 'unsafe' && key !== 'savepoint') return member;
      check();
      return member;
    },
  });
}
