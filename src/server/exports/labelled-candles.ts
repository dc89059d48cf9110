import type { Annotation } from '@/contract/annotations';
import type { Span } from '@/contract/spans';
import type { TileColumns } from '@/contract/tile-codec';
import type { UtcSeconds } from '@/contract/units';
import type { Tx } from '@/lib/db';
import type { ChartScope } from '../scope';
import { candlePages } from './candles/data';
import { ExaminedCells } from './examined-column';
import { annotationPages, readExamined, spanPages } from './labels/data';
import { Tagger } from './tags';

/**
 * Candles with their BIO tags, and the spans and annotations that begin after the candle before
 * each and not after itself. What begins after the last candle comes in rows without candles.
 */
export type LabelledPage = {
  rows: number;
  time: ArrayLike<UtcSeconds>;
  candles: TileColumns | null;
  labels: (string | null)[];
  spans: Span[][];
  annotations: Annotation[][];
  /** For what each candle was examined, as the file has it. */
  examined: (string | null)[];
};

/** A chart's candles in pages by time, each record with exactly one of them. */
export async function* labelledCandles(
  tx: Tx,
  scope: ChartScope,
): AsyncGenerator<LabelledPage, void> {
  const spans = new Queue(spanPages(tx, scope), ({ startTime }) => startTime);
  const annotations = new Queue(annotationPages(tx, scope), ({ time }) => time);
  const tagger = new Tagger();
  const cells = new ExaminedCells(await readExamined(tx, scope));
  for await (const candles of candlePages(tx, scope)) {
    const { time } = candles;
    const last = time.at(-1)!;
    await spans.fill(last);
    await annotations.fill(last);
    const starting = Array.from(time, (at) => spans.take(at));
    yield {
      ...{ rows: time.length, time, candles, spans: starting },
      labels: starting.map((each, i) => tagger.tag(time[i]!, each)),
      annotations: Array.from(time, (at) => annotations.take(at)),
      examined: Array.from(time, (at) => cells.at(at)),
    };
  }
  for await (const page of spans.rest()) {
    const time = page.map(({ startTime }) => startTime);
    yield { ...alone(time), spans: page.map((span) => [span]) };
  }
  for await (const page of annotations.rest()) {
    const time = page.map((annotation) => annotation.time);
    yield { ...alone(time), annotations: page.map((annotation) => [annotation]) };
  }
}

const alone = (time: UtcSeconds[]): LabelledPage => ({
  ...{ rows: time.length, time, candles: null },
  labels: time.map(() => null),
  spans: time.map(() => NONE),
  annotations: time.map(() => NONE),
  examined: time.map(() => null),
});

const NONE: never[] = [];

/** Rows that come in pages by time, taken as far as a time. */
export class Queue<Row> {
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
