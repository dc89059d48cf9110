import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { openClient } from './connection';

/** How long work may take before the database is asked whether it is there. */
const ASK_AFTER_MS = 4_000;
/** How long it may take to answer that. */
const ANSWER_TIMEOUT_MS = 4_000;
const TICK_MS = 100;
/** A connection that was kept to ask by is let go when there was no need of it for this long. */
const KEPT_MS = 60_000;

/** The database does not answer; it has a code as the driver's own such errors have. */
class DatabaseUnresponsive extends Error {
  readonly code = 'CONNECT_TIMEOUT';
}

export type Liveness = {
  /** `work`, unless the database stops answering meanwhile. */
  check<T>(work: Promise<T>): Promise<T>;
  /** The database was found to be gone, and the pool with it. */
  isGone(): boolean;
  close(): void;
};

type Pool = {
  url: string;
  /** How many bytes have come from the database over all connections. */
  bytesRead(): number;
  /** Gives up all connections, and what waits for them. */
  abandon(): void;
};

/**
 * Tells a database that is slow from one that is gone. Over a connection that died without a word
 * a query waits for ever, so work that takes long has the database asked, by a connection kept for
 * that: a new one can take many seconds to make while the database is merely busy. It is gone when
 * that stays without an answer and no other connection brings a byte either.
 */
export function watchLiveness(pool: Pool): Liveness {
  const waiting = new Set<(error: Error) => void>();
  let isGone = false;
  let kept: Promise<Client> | undefined;
  let asking: Promise<boolean> | undefined;
  let expiry: NodeJS.Timeout | undefined;

  function open(): Promise<Client> {
    const opened = openClient(pool.url, { applicationName: 'candle-annotator-liveness' });
    opened.then(
      (client) => client.once('end', () => kept === opened && forget()),
      () => kept === opened && forget(),
    );
    return opened;
  }

  function forget() {
    clearTimeout(expiry);
    kept?.then(
      (client) => client.connection.stream.destroy(),
      () => {},
    );
    kept = undefined;
  }

  async function ask(): Promise<boolean> {
    const before = pool.bytesRead();
    clearTimeout(expiry);
    kept ??= open();
    const answer = kept.then((client) => client.query('select 1')).then(() => true, isRefusal);
    const answered = await Promise.race([answer, answerTimeout().then(() => undefined)]);
    if (answered) expiry = setTimeout(forget, KEPT_MS).unref();
    else forget();
    return answered ?? pool.bytesRead() > before;
  }

  async function isReachable(): Promise<boolean> {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return await asking;
  }

  function giveUp() {
    isGone = true;
    const error = new DatabaseUnresponsive('the database does not answer');
    for (const reject of waiting) reject(error);
    pool.abandon();
  }

  return {
    async check(work) {
      let timer: NodeJS.Timeout | undefined;
      let onGone: ((error: Error) => void) | undefined;
      const unresponsive = new Promise<never>((_, reject) => {
        onGone = reject;
        waiting.add(reject);
        const look = async () => {
          if (isGone) reject(new DatabaseUnresponsive('the database does not answer'));
          else if (!(await isReachable())) giveUp();
          else if (timer) timer = setTimeout(look, ASK_AFTER_MS);
        };
        timer = setTimeout(look, ASK_AFTER_MS);
      });
      try {
        return await Promise.race([work, unresponsive]);
      } finally {
        clearTimeout(timer);
        timer = undefined;
        if (onGone) waiting.delete(onGone);
      }
    },
    isGone: () => isGone,
    close: forget,
  };
}

/** A refusal is an answer, too, unless it says that the server comes or goes. */
function isRefusal(error: { code?: unknown; severity?: unknown }): boolean {
  return error.severity !== undefined && !String(error.code).startsWith('57P');
}

/** Counts ticks, not time: while this process itself was busy, answers lie about unread. */
async function answerTimeout(): Promise<void> {
  for (let waited = 0; waited < ANSWER_TIMEOUT_MS; waited += TICK_MS) {
    await sleep(TICK_MS, undefined, { ref: false });
  }
}
