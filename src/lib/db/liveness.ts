import postgres, { type Sql } from 'postgres';

/** How long work may take before the database is asked whether it is there, and to answer that. */
const RESPONSE_TIMEOUT_MS = 4_000;

/** The database does not answer; it has a code as the driver's own such errors have. */
class DatabaseUnresponsive extends Error {
  readonly code = 'CONNECT_TIMEOUT';
}

/** A pool of connections, and whether it was given up because its database does not answer. */
export type Pool = { readonly url: string; readonly client: Sql; isAbandoned: boolean };

/**
 * `work`, unless the database stops answering meanwhile. Over a connection that died without a
 * word a query waits for ever, so then the whole pool is given up.
 */
export async function withLivenessCheckOf<T>(pool: Pool, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const unresponsive = new Promise<never>((_, reject) => {
    const check = async () => {
      if (pool.isAbandoned || !(await isReachable(pool.url))) {
        pool.isAbandoned = true;
        void pool.client.end({ timeout: 0 });
        reject(new DatabaseUnresponsive('the database does not answer'));
      } else if (timer) timer = setTimeout(check, RESPONSE_TIMEOUT_MS);
    };
    timer = setTimeout(check, RESPONSE_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, unresponsive]);
  } finally {
    clearTimeout(timer);
    timer = undefined;
  }
}

/** Whether a new connection gets an answer soon. */
async function isReachable(url: string): Promise<boolean> {
  const client = postgres(url, { max: 1, fetch_types: false, onnotice: () => {} });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), RESPONSE_TIMEOUT_MS);
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
