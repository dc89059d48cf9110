import type { UtcSeconds } from '@/contract/units';
import { type CandleBatch, createBatch } from '@/server/candles/files/batch';

/** A Monday so long ago that 20,000,000 minutes of trade are over. */
export const START: UtcSeconds = Date.UTC(1970, 0, 5) / 1000;
export const MINUTE = 60;
const WEEK = 7 * 86_400;
const TRADED = 5 * 86_400;
const BATCH = 1 << 14;

/**
 * One-minute candles of a market that rests at weekends: prices with two decimals, volumes with
 * three, one minute in a hundred missing. The same for the same count. The batch is used again.
 */
export function* walk(candles: number): Generator<CandleBatch, void> {
  const random = generator();
  const batch = createBatch(BATCH);
  let cents = 1_000_000;
  let time = START;
  for (let i = 0; i < candles; i++) {
    const at = i % BATCH;
    const open = cents + Math.round(random() * 4 - 2);
    const close = Math.max(open + Math.round((random() - 0.5) * 120), 100);
    batch.time[at] = time;
    batch.open[at] = open / 100;
    batch.high[at] = (Math.max(open, close) + Math.floor(random() * 40)) / 100;
    batch.low[at] = (Math.min(open, close) - Math.floor(random() * 40)) / 100;
    batch.close[at] = close / 100;
    batch.volume[at] = Math.floor(random() ** 3 * 400_000) / 1_000;
    batch.line[at] = i + 2;
    cents = close;
    time += random() < 0.01 ? 2 * MINUTE : MINUTE;
    if ((time - START) % WEEK >= TRADED) time += WEEK - ((time - START) % WEEK);
    batch.length = at + 1;
    if (batch.length === BATCH || i === candles - 1) yield batch;
  }
}

/** Park and Miller's minimal standard, from 0 to 1. */
function generator(seed = 7) {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
