import { sql } from 'drizzle-orm';
import type { Db } from '.';

const PING_TIMEOUT_MS = 5_000;

/** Throws unless the database answers soon; on a half-open connection a query waits for ever. */
export async function ping(db: Db): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`the database did not answer in ${PING_TIMEOUT_MS / 1000} seconds`)),
      PING_TIMEOUT_MS,
    );
  });
  try {
    await Promise.race([db.execute(sql`select 1`), late]);
  } finally {
    clearTimeout(timer);
  }
}
