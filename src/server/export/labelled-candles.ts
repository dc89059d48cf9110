import type { Annotation } from '@/contract/annotations';
import type { Span } from '@/contract/spans';
import type { Tx } from '@/lib/db';
import type { UtcSeconds } from '@/lib/time';
import { annotationPages, type Candle, candlePages, spanPages } from './data';
import { Tagger } from './tags';

/**
 * A candle with its BIO tag, and the spans and annotations that begin after the candle before it
 * and not after itself. What begins after the last candle comes in rows without one.
 */
export type LabelledCandle = {
  time: UtcSeconds;
  candle: Candle | null;
  label: string | null;
  spans: Span[];
  annotations: Annotation[];
};

/** A chart's candles in pages by time, each record with exactly one of them. */
export async function* labelledCandles(
  tx: Tx,
  chartId: number,
): AsyncGenerator<LabelledCandle[], void> {
  const spans = new Queue(spanPages(tx, chartId), ({ startTime }) => startTime);
  const annotations = new Queue(annotationPages(tx, chartId), ({ time }) => time);
  const tagger = new Tagger();
  for await (const page of candlePages(tx, chartId)) {
    const { time: last } = page.at(-1)!;
    await spans.fill(last);
    await annotations.fill(last);
    yield page.map((candle) => {
      const { time } = candle;
      const starting = spans.take(time);
      const label = tagger.tag(time, starting);
      return { time, candle, label, spans: starting, annotations: annotations.take(time) };
    });
  }
  const alone = { candle: null, label: null, spans: [], annotations: [] };
  for await (const page of spans.rest()) {
    yield page.map((span) => ({ ...alone, time: span.startTime, spans: [span] }));
  }
  for await (const page of annotations.rest()) {
    yield page.map((annotation) => ({
      ...alone,
      time: annotation.time,
      annotations: [annotation],
    }));
  }
}

const NONE: never[] = [];

/** Rows that come in pages by time, taken as far as a time. */
class Queue<Row> {
  readonly #pages: AsyncGenerator<Row[], void>;
  readonly #timeOf: (row: Row) => UtcSeconds;
  #rows: Row[] = [];
  #at = 0;
  #ended = false;

  constructor(pages: AsyncGenerator<Row[], void>, timeOf: (row: Row) => UtcSeconds) {
    this.#pages = pages;
    this.#timeOf = timeOf;
  }

  /** Reads until all rows up to `time` can be taken. */
  async fill(time: UtcSeconds) {
    while (!this.#ended && !(this.#rows.length > 0 && this.#timeOf(this.#rows.at(-1)!) > time)) {
      const { value } = await this.#pages.next();
      if (!value) this.#ended = true;
      else {
        this.#rows = this.#rows.slice(this.#at).concat(value);
        this.#at = 0;
      }
    }
  }

  take(time: UtcSeconds): Row[] {
    const from = this.#at;
    while (this.#at < this.#rows.length && this.#timeOf(this.#rows[this.#at]!) <= time) this.#at++;
    return from === this.#at ? NONE : this.#rows.slice(from, this.#at);
  }

  async *rest(): AsyncGenerator<Row[], void> {
    const rows = this.#rows.slice(this.#at);
    if (rows.length > 0) yield rows;
    yield* this.#pages;
  }
}
