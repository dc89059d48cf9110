import type { Batch } from '../plan/candle-pass';
import type { Target } from '../target/connection';
import { CopyReader } from './copy-reader';
import type { ExpectedCandles } from './expected-candles';
import { COPY_CANDLES, candleParser, type StoredCandle } from './framed-candles';

const SHOWN = 5;
const FIELDS = ['open', 'high', 'low', 'close', 'volume'] as const;

type Wanted = StoredCandle & { rowid: number };

/**
 * Compares candle by candle, wherever in the table they lie, and says of the first few what is
 * wrong. What has not met its counterpart yet waits: as many as were moved about.
 */
export async function compareCandles(
  target: Target,
  expected: ExpectedCandles,
  onRows: (rows: number) => void,
): Promise<string[]> {
  const wrong: string[] = [];
  const waiting = new Map<string, Wanted>();
  const strangers = new Map<string, StoredCandle>();
  const say = (text: string) => {
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
      say(`row ${rowid} (chart ${chart}, time ${time}): ${values}`);
    }
  };
  const wantNext = wantedRows(expected);
  const reader = new CopyReader(
    COPY_CANDLES,
    candleParser((candle) => {
      const there = { ...candle };
      strangers.set(keyOf(there), there);
      const next = wantNext.next();
      if (!next.done) {
        waiting.set(keyOf(next.value), next.value);
        match(keyOf(next.value));
      }
      match(keyOf(there));
    }),
  );
  target.client.query(reader);
  await reader.ended;
  for (const wanted of { [Symbol.iterator]: () => wantNext }) {
    waiting.set(keyOf(wanted), wanted);
    match(keyOf(wanted));
  }
  onRows(expected.tally.read);
  for (const { rowid, chart, time } of waiting.values()) {
    say(`row ${rowid} is missing (chart ${chart}, time ${time})`);
  }
  for (const { chart, time } of strangers.values()) {
    say(`there is a candle that the file has not (chart ${chart}, time ${time})`);
  }
  return wrong;
}

const keyOf = ({ chart, time }: StoredCandle) => `${chart}/${time}`;

function* wantedRows(expected: ExpectedCandles): Generator<Wanted, undefined> {
  for (let batch = expected.next(); batch; batch = expected.next()) {
    for (let i = 0; i < batch.length; i++) yield rowOf(batch, i);
  }
}

const rowOf = (batch: Batch, i: number): Wanted => ({
  chart: batch.chart[i]!,
  time: batch.time[i]!,
  open: batch.open[i]!,
  high: batch.high[i]!,
  low: batch.low[i]!,
  close: batch.close[i]!,
  volume: batch.volume[i]!,
  rowid: batch.rowid[i]!,
});
