import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Db, Tx } from '.';

/** PostgreSQL may still be about to commit what was asked of it before the connection broke. */
const PATIENCE_MS = 10_000;
const PAUSE_MS = 250;

/** In the transaction whose outcome may have to be asked for: `wasCommitted` takes what it answers. */
export const TRANSACTION_ID = 'select pg_current_xact_id()::text as id';
export const TRANSACTION_STATUS = 'select pg_xact_status($1::xid8) as status';

/**
 * Whether a transaction was committed, where the answer to its COMMIT is lost. `ask` gets its status
 * (TRANSACTION_STATUS) by another connection. Null when nobody can tell.
 */
export async function wasCommitted(ask: () => Promise<string | null>): Promise<boolean | null> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const status = await ask().catch(() => 'in progress');
    if (status === 'committed') return true;
    if (status === 'aborted') return false;
    if (status === null || performance.now() > until) return null;
    await sleep(PAUSE_MS);
  }
}

/** As TRANSACTION_ID, by Drizzle. */
export async function transactionId(tx: Tx): Promise<string> {
  const [row] = await tx.execute<{ id: string }>(sql`select pg_current_xact_id()::text as id`);
  return row!.id;
}

/** As TRANSACTION_STATUS, by Drizzle. */
export async function transactionStatus(db: Db, id: string): Promise<string | null> {
  const [row] = await db.execute<{ status: string | null }>(
    sql`select pg_xact_status(${id}::xid8) as status`,
  );
  return row?.status ?? null;
}
