import type { Batch } from '../plan/candle-pass';
import type { Plan } from '../plan/plan';
import { count, countReason, emptyTally, type Tally } from '../plan/tally';
import { duration } from '../progress';
import type { Target } from '../target/connection';
import type { Change } from './changes';
import type { Check } from './check';
import { readStoredCandles, type StoredCandle } from './copied-candles';

const BATCH = 8_192;
const SHOWN = 5;
const FIELDS = ['open', 'high', 'low', 'close', 'volume'] as const;

type Expected = Omit<StoredCandle, 'chart' | 'time'> & { rowid: number };

/**
 * Reads all candles back and compares each field with the file, read anew, bit for bit. They lie
 * in the order of the file; what an interrupted run has put elsewhere waits for its counterpart.
 */
export async function verifyCandles(
  target: Target,
  plan: Plan,
  onRows: (rows: number) => void,
  onChange: (change: Change) => void,
): Promise<{ check: Check; tally: Tally }> {
  const started = performance.now();
  const expected = new ExpectedCandles(plan, onChange);
  const waiting = new Map<string, Expected>();
  const strangers = new Map<string, StoredCandle>();
  const wrong: string[] = [];
  let rows = 0;
  const compare = (there: StoredCandle, row: Expected, time: number, chart: number) => {
    for (const field of FIELDS) {
      if (Object.is(there[field], row[field])) continue;
      if (wrong.length < SHOWN) {
        wrong.push(
          `row ${row.rowid} (chart ${chart}, time ${time}): ${field} is ${there[field]}, not ${row[field]}`,
        );
      }
      return;
    }
  };
  await readStoredCandles(target, (candle) => {
    rows++;
    if (rows % BATCH === 0) onRows(rows);
    const batch = expected.current();
    const i = expected.at;
    if (batch && batch.chart[i] === candle.chart && batch.time[i] === candle.time) {
      if (!isSame(batch, i, candle)) compare(candle, rowOf(batch, i), candle.time, candle.chart);
      expected.at++;
      return;
    }
    const key = `${candle.chart}/${candle.time}`;
    const row = waiting.get(key);
    if (row) {
      waiting.delete(key);
      compare(candle, row, candle.time, candle.chart);
      return;
    }
    strangers.set(key, { ...candle });
    if (!batch) return;
    // One each way at a time, so that what waits is no more than what was moved about.
    const own = `${batch.chart[i]}/${batch.time[i]}`;
    const there = strangers.get(own);
    if (there) compare(there, rowOf(batch, i), there.time, there.chart);
    if (there) strangers.delete(own);
    else waiting.set(own, rowOf(batch, i));
    expected.at++;
  });
  for (let batch = expected.current(); batch; batch = expected.current()) {
    const own = `${batch.chart[expected.at]}/${batch.time[expected.at]}`;
    const there = strangers.get(own);
    if (there) compare(there, rowOf(batch, expected.at), there.time, there.chart);
    if (there) strangers.delete(own);
    else waiting.set(own, rowOf(batch, expected.at));
    expected.at++;
  }
  const { tally } = expected;
  for (const [key, row] of waiting) {
    if (wrong.length < SHOWN) wrong.push(`row ${row.rowid} is missing (chart/time ${key})`);
  }
  for (const key of strangers.keys()) {
    if (wrong.length < SHOWN)
      wrong.push(`there is a candle that the file has not (chart/time ${key})`);
  }
  const took = duration((performance.now() - started) / 1000);
  const text = `${rows.toLocaleString('en')} candles read back and compared bit for bit in ${took}`;
  return { check: { name: 'candles', passed: wrong.length === 0, text, details: wrong }, tally };
}

/** The candles that the file says there should be. */
class ExpectedCandles {
  at = 0;
  readonly tally = emptyTally();
  #batch: Batch | null = null;
  readonly #batches: Iterator<Batch>;

  constructor(
    readonly plan: Plan,
    readonly onChange: (change: Change) => void,
  ) {
    const { pass, duplicates } = plan.candles;
    const batches = pass?.batches(null, BATCH, duplicates?.losers(null) ?? []) ?? [];
    this.#batches = batches[Symbol.iterator]();
  }

  /** The batch with a candle at `at`, or null when there are no more. */
  current(): Batch | null {
    while (!this.#batch || this.at >= this.#batch.length) {
      const next = this.#batches.next();
      if (next.done) {
        this.tally.conversions = { ...this.tally.conversions };
        for (const [what, n] of Object.entries(this.plan.candles.pass?.takeConversions() ?? {})) {
          count(this.tally.conversions, what, n);
        }
        return null;
      }
      this.#batch = next.value;
      this.at = 0;
      this.tally.read += this.#batch.read;
      this.tally.stored += this.#batch.length;
      for (const reject of this.#batch.rejects) countReason(this.tally, reject.reason);
      for (const { rowid, lost } of this.#batch.lost) {
        for (const { column, cell } of lost)
          this.onChange({ table: 'candles', rowid, column, cell });
      }
    }
    return this.#batch;
  }
}

const isSame = (batch: Batch, i: number, candle: StoredCandle) =>
  Object.is(batch.open[i], candle.open) &&
  Object.is(batch.high[i], candle.high) &&
  Object.is(batch.low[i], candle.low) &&
  Object.is(batch.close[i], candle.close) &&
  Object.is(batch.volume[i], candle.volume);

const rowOf = (batch: Batch, i: number): Expected => ({
  open: batch.open[i]!,
  high: batch.high[i]!,
  low: batch.low[i]!,
  close: batch.close[i]!,
  volume: batch.volume[i]!,
  rowid: batch.rowid[i]!,
});
