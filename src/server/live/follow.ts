import { tracked } from '@trpc/server';
import type { z } from 'zod';
import type { followInput } from '@/contract/live';
import { type Db, listenerOf, withLivenessCheck } from '@/lib/db';
import { AppError } from '../errors';
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
  { chartId, since, dataRev, lastEventId }: z.output<typeof followInput>,
  signal: AbortSignal | undefined,
) {
  if (streams >= MAX_STREAMS) {
    throw new AppError(
      'TOO_MANY_REQUESTS',
      `${MAX_STREAMS} windows are following charts already. Close some, or reload to see changes.`,
    );
  }
  streams += 1;
  const alarm = createAlarm();
  signal?.addEventListener('abort', alarm.ring);
  const unsubscribe = listenerOf(db).subscribe(String(chartId), alarm.ring);
  try {
    const known = { rev: lastEventId === undefined ? since : Number(lastEventId), dataRev };
    while (!signal?.aborted) {
      const rung = alarm.wait(POLL_MS);
      for (const event of await withLivenessCheck(db, readEvents(db, chartId, known))) {
        known.rev = event.rev;
        if (event.type === 'candles') known.dataRev = event.dataRev;
        yield tracked(String(event.rev), event);
      }
      await rung;
    }
  } finally {
    unsubscribe();
    signal?.removeEventListener('abort', alarm.ring);
    alarm.ring();
    streams -= 1;
  }
}

/** A bell that is heard by whoever waits when it rings. */
function createAlarm() {
  let ring = () => {};
  return {
    ring: () => ring(),
    wait: (ms: number) =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        ring = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
  };
}
