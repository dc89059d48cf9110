import { BATCH } from '../load/expected-candles';
import type { Candles } from '../plan/candle-pass';
import type { Plan } from '../plan/plan';
import type { Target } from '../target/connection';
import { CANDLES, type Candle, readCandle } from './candle-rows';
import { CopyReader } from './copy-reader';

const SHOWN = 5;
const FIELDS = ['open', 'high', 'low', 'close', 'volume'] as const;

type Wanted = Candle & { rowid: number };

/**
 * Compares candle by candle with the file, wherever in the table they lie, and says of the first
 * few what is wrong. What has not met its counterpart yet waits: as many as were moved about.
 */
export async function compareCandles(target: Target, plan: Plan): Promise<string[]> {
  const wrong: string[] = [];
  const waiting = new Map<string, Wanted>();
  const strangers = new Map<string, Candle>();
  const log = (text: string) => {
    if (wrong.length < SHOWN) wrong.push(text);
  };
  const match = (key: string) => {
    const [wanted, there] = [waiting.get(key), strangers.get(key)];
    if (!wanted || !there) return;
    waiting.delete(key);
    strangers.delete(key);
    const { rowid, chart, time } = wanted;
    for (const field of FIELDS) {
      if (Object.is(there[field], wanted[field])) continue;
      const values = `${field} is ${there[field]}, not ${wanted[field]}`;
      log(`row ${rowid} (chart ${chart}, time ${time}): ${values}`);
    }
  };
  const wantNext = wantedCandles(plan);
  const want = (wanted: Wanted) => {
    waiting.set(keyOf(wanted), wanted);
    match(keyOf(wanted));
  };
  const row = (bytes: Buffer, from: number, to: number) => {
    const there = readCandle(bytes, from, to);
    strangers.set(keyOf(there), there);
    const next = wantNext.next();
    if (!next.done) want(next.value);
    match(keyOf(there));
  };
  const reader = new CopyReader(CANDLES, { row });
  target.client.query(reader);
  await reader.ended;
  for (const wanted of { [Symbol.iterator]: () => wantNext }) want(wanted);
  for (const { rowid, chart, time } of waiting.values()) {
    log(`row ${rowid} is missing (chart ${chart}, time ${time})`);
  }
  for (const { chart, time } of strangers.values()) {
    log(`there is a candle that the file has not (chart ${chart}, time ${time})`);
  }
  return wrong;
}

const keyOf = ({ chart, time }: Candle) => `${chart}/${time}`;

function* wantedCandles({ candles: { pass, duplicates } }: Plan): Generator<Wanted, undefined> {
  for (const batch of pass?.batches(null, BATCH, duplicates?.superseded(null)) ?? []) {
    for (let i = 0; i < batch.length; i++) {
      yield { ...candleAt(batch, i), rowid: batch.rowid[i]! };
    }
  }
}

const candleAt = (candles: Candles, i: number): Candle => ({
  chart: candles.chart[i]!,
  time: candles.time[i]!,
  open: candles.open[i]!,
  high: candles.high[i]!,
  low: candles.low[i]!,
  close: candles.close[i]!,
  volume: candles.volume[i]!,
});
