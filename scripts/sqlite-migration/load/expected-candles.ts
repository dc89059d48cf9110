import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Rows } from '@/lib/db/copy/rows';
import { rowsIn } from '@/lib/db/copy/stream';
import type { Change } from '../changes';
import type { Batch } from '../plan/candle-pass';
import type { Plan } from '../plan/plan';
import { countReason, emptyTally } from '../plan/tally';

/** Candles sent at once: few enough for the socket to take at once. */
export const BATCH = 2_048;

/** What a chart should say about its candles. */
export type Extent = { count: number; first: number; last: number };

/** What the file says that there should be of candles. */
export class ExpectedCandles {
  readonly tally = emptyTally();
  readonly extents = new Map<number, Extent>();
  readonly #rows = new Rows();
  readonly #hash = createHash('sha256');
  /** Of the rows of a COPY, one after the other as the file has them. */
  digest = '';
  #chart = 0;
  #extent: Extent = { count: 0, first: 0, last: 0 };

  constructor(readonly onChange: (change: Change) => void) {}

  /** The batch as the bytes of a whole COPY; the next one overwrites them. */
  add(batch: Batch): Uint8Array {
    this.#count(batch);
    const bytes = encodeCandles(this.#rows, batch);
    this.#hash.update(rowsIn(bytes));
    return bytes;
  }

  end(plan: Plan): this {
    Object.assign(this.tally.conversions, plan.candles.pass?.takeConversions());
    this.digest = this.#hash.digest('hex');
    return this;
  }

  #count(batch: Batch) {
    this.tally.read += batch.read;
    this.tally.stored += batch.length;
    for (const reject of batch.rejects) countReason(this.tally, reject.reason);
    for (const { rowid, lossy } of batch.lossy) {
      for (const { column, cell } of lossy)
        this.onChange({ table: 'candles', rowid, column, cell });
    }
    for (let i = 0; i < batch.length; i++) {
      const chart = batch.chart[i]!;
      const time = batch.time[i]!;
      if (chart !== this.#chart) this.#turnTo(chart);
      this.#extent.count++;
      if (time < this.#extent.first) this.#extent.first = time;
      if (time > this.#extent.last) this.#extent.last = time;
    }
  }

  #turnTo(chart: number) {
    this.#chart = chart;
    const known = this.extents.get(chart);
    this.#extent = known ?? { count: 0, first: Infinity, last: -Infinity };
    if (!known) this.extents.set(chart, this.#extent);
  }
}

/** Reads the file for it once more, when not all candles were loaded in one go. */
export async function expectCandles(
  plan: Plan,
  onChange: (change: Change) => void,
): Promise<ExpectedCandles> {
  const expected = new ExpectedCandles(onChange);
  const { pass, duplicates } = plan.candles;
  pass?.takeConversions();
  for (const batch of pass?.batches(null, BATCH, duplicates?.superseded(null)) ?? []) {
    expected.add(batch);
    await nextTurn();
  }
  return expected.end(plan);
}

function encodeCandles(out: Rows, batch: Batch): Uint8Array {
  out.clear();
  const { chart, time, open, high, low, close, volume } = batch;
  for (let i = 0; i < batch.length; i++) {
    out.row(7);
    out.int4(chart[i]!);
    out.timestamp(time[i]!);
    out.float8(open[i]!);
    out.float8(high[i]!);
    out.float8(low[i]!);
    out.float8(close[i]!);
    if (Number.isNaN(volume[i]!)) out.null();
    else out.float8(volume[i]!);
  }
  return out.done();
}
