import { tracked } from '@trpc/server';
import type { z } from 'zod';
import type { followInput } from '@/contract/live';
import { type Db, listenerOf, withLivenessCheck } from '@/lib/db';
import { AppError } from '../errors';
import type { ChartScope } from '../scope';
import { readEvents } from './data';

const MAX_STREAMS = 200;
/** A notification that went missing is made up for after this long. */
const POLL_MS = 5_000;

let streams = 0;

/**
 * Tells every revision of a chart after the one that is known, each once and in order, and every
 * change of its candles, until aborted.
 */
export async function* followChart(
  db: Db,
  scope: ChartScope,
  { since, dataRev, lastEventId }: Omit<z.output<typeof followInput>, 'chartId'>,
  signal: AbortSignal | undefined,
) {
  if (streams >= MAX_STREAMS) {
    throw new AppError(
      'TOO_MANY_REQUESTS',
      `${MAX_STREAMS} windows are following charts already. Close some, or reload to see changes.`,
    );
  }
  streams += 1;
  const change = createSignal();
  signal?.addEventListener('abort', change.notify);
  const unsubscribe = listenerOf(db).subscribe(String(scope.chartId), change.notify);
  try {
    const known = { rev: lastEventId === undefined ? since : Number(lastEventId), dataRev };
    while (!signal?.aborted) {
      const notified = change.wait(POLL_MS);
      for (const event of await withLivenessCheck(db, readEvents(db, scope, known))) {
        known.rev = event.rev;
        if (event.type === 'candles') known.dataRev = event.dataRev;
        yield tracked(String(event.rev), event);
      }
      await notified;
    }
  } finally {
    unsubscribe();
    signal?.removeEventListener('abort', change.notify);
    change.notify();
    streams -= 1;
  }
}

/** Wakes whoever waits when it is notified. */
function createSignal() {
  let notify = () => {};
  return {
    notify: () => notify(),
    wait: (ms: number) =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        notify = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
  };
}
