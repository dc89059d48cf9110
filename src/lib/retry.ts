import { setTimeout as sleep } from 'node:timers/promises';

type Look<T> = () => Promise<T | undefined> | T | undefined;

/** Looks again and again until `look` finds something; undefined when `timeoutMs` pass before. */
export function poll<T>(look: Look<T>, pace: { everyMs: number }): Promise<T>;
export function poll<T>(
  look: Look<T>,
  pace: { everyMs: number; timeoutMs: number },
): Promise<T | undefined>;
export async function poll<T>(
  look: Look<T>,
  { everyMs, timeoutMs = Number.POSITIVE_INFINITY }: { everyMs: number; timeoutMs?: number },
): Promise<T | undefined> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() + everyMs > deadline) return undefined;
    await sleep(everyMs);
  }
}

/** What `work` answers, if it does so in time; on a half-open connection a query waits for ever. */
export async function within<T>(ms: number, work: Promise<T>, late: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(late)), ms);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** Pauses between attempts, in milliseconds: each twice as long as the one before, up to a limit. */
export function createBackoff({ firstMs, longestMs }: { firstMs: number; longestMs: number }) {
  let next = firstMs;
  return {
    next(): number {
      const pause = next;
      next = Math.min(next * 2, longestMs);
      return pause;
    },
    /** After an attempt that went well. */
    reset(): void {
      next = firstMs;
    },
  };
}
