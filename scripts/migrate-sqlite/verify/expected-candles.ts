import type { Batch } from '../plan/candle-pass';
import type { Plan } from '../plan/plan';
import { countReason, emptyTally } from '../plan/tally';
import type { Change } from './changes';

/** What a chart should say about its candles. */
export type Extent = { count: number; first: number; last: number };

/** The candles that the file says there should be. */
export class ExpectedCandles {
  readonly tally = emptyTally();
  readonly extents = new Map<number, Extent>();
  readonly #batches: Iterator<Batch>;
  #chart = 0;
  #extent: Extent = { count: 0, first: 0, last: 0 };

  constructor(
    readonly plan: Plan,
    size: number,
    readonly onChange: (change: Change) => void,
  ) {
    const { pass, duplicates } = plan.candles;
    pass?.takeConversions();
    const batches = pass?.batches(null, size, duplicates?.losers(null) ?? []) ?? [];
    this.#batches = batches[Symbol.iterator]();
  }

  /** The next batch with a candle in it, in the arrays of the one before. */
  next(): Batch | null {
    for (;;) {
      const { done, value: batch } = this.#batches.next();
      if (done) {
        Object.assign(this.tally.conversions, this.plan.candles.pass?.takeConversions());
        return null;
      }
      this.#count(batch);
      if (batch.length > 0) return batch;
    }
  }

  #count(batch: Batch) {
    this.tally.read += batch.read;
    this.tally.stored += batch.length;
    for (const reject of batch.rejects) countReason(this.tally, reject.reason);
    for (const { rowid, lost } of batch.lost) {
      for (const { column, cell } of lost) this.onChange({ table: 'candles', rowid, column, cell });
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
