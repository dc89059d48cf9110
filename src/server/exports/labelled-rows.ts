import { completeSpan, NEGATIVE_LABEL } from '@/contract/spans';
import type { UtcSeconds } from '@/contract/units';
import { AppError } from '../errors';
import { ExaminedRuns } from './examined-column';
import type { FileExamined, FileLabels, TaggedPage } from './formats';
import type { FileAnnotation, FileSpan } from './records';
import { readTag, Tagger } from './tags';

/** A row of a file that has one for each candle, whatever its format. */
export type FileRow = {
  where: () => string;
  chart: string | null;
  time: UtcSeconds;
  /** The file says no time of day. */
  isDate?: boolean;
  label: string | null;
  /** open, high, low, close and volume. */
  candle: (string | number | null)[] | null;
  /** null in a file of tags alone. */
  spans: FileSpan[] | null;
  annotations: FileAnnotation[];
  /** For what its candle was examined, as the file has it. */
  examined: string | null;
};

/** The labels that rows hold: their spans, which the tags have to agree with, or the tags alone. */
export async function* labelsOf(pages: AsyncIterable<FileRow[]>): AsyncGenerator<FileLabels, void> {
  let chart: string | null | undefined;
  let tagger = new Tagger();
  let runs = new Runs(null);
  let seen = new ExaminedRuns();
  for await (const rows of pages) {
    for (const row of rows) {
      if (row.chart !== chart) {
        yield* runs.end();
        yield* examinedOf(chart ?? null, seen.end());
        seen = new ExaminedRuns();
        chart = row.chart;
        tagger = new Tagger();
        runs = new Runs(chart);
      }
      const { spans, annotations } = row;
      if (row.candle || !spans) {
        yield* examinedOf(row.chart, seen.take(row.time, row.examined, row.where));
      }
      if (!spans) runs.take(row);
      else {
        if (row.candle) compare(row, tagger.tag(row.time, spans));
        if (spans.length + annotations.length > 0) yield { chart, spans, annotations };
      }
    }
    yield* runs.page();
  }
  yield* runs.end();
  yield* examinedOf(chart ?? null, seen.end());
}

function* examinedOf(
  chart: string | null,
  ranges: Iterable<FileExamined>,
): Generator<FileLabels, void> {
  for (const range of ranges) yield { chart, spans: [], annotations: [], examined: [range] };
}

function compare({ label, where }: FileRow, expected: string) {
  if (label === expected) return;
  throw new AppError(
    'BAD_REQUEST',
    `${where()}: the label is ${label ?? 'empty'}, but ${expected} by the spans of this file. To import the labels alone, remove the column spans.`,
  );
}

/** Makes a span of each run of tags: of a `B-` and the `I-` and `E-` of the same label that follow it. */
class Runs {
  readonly #chart: string | null;
  #open: { label: string; startTime: UtcSeconds; endTime: UtcSeconds } | null = null;
  #rows = 0;
  #where = () => '';
  #isDate = false;
  /** Its first tag says that it begins there. */
  #isBegun = false;
  #last = Number.NEGATIVE_INFINITY;
  #page: TaggedPage = { times: [], runs: [], isPlain: false, unbegun: [] };

  constructor(chart: string | null) {
    this.#chart = chart;
  }

  take({ time, isDate, label: tag, where }: FileRow) {
    const { part, label } = readTag(tag, where);
    if (time <= this.#last) {
      const what = 'its time is not after that of the row above. Tags are read in order of time';
      throw new AppError('BAD_REQUEST', `${where()}: ${what}.`);
    }
    this.#last = time;
    this.#page.times.push(time);
    if (part === 'named') this.#page.isPlain = true;
    const goesOn = part === 'inside' || part === 'end' || part === 'named';
    if (goesOn && this.#open?.label === label) {
      this.#open.endTime = time;
      this.#rows++;
    } else {
      this.#endRun();
      const isPattern = part !== 'outside' && label !== NEGATIVE_LABEL;
      if (isPattern) this.#open = { label, startTime: time, endTime: time };
      this.#rows = 1;
      this.#where = where;
      this.#isDate = isDate ?? false;
      this.#isBegun = part !== 'named' && part !== 'inside';
    }
    if (part === 'end' || part === 'single') this.#endRun();
  }

  *page(): Generator<FileLabels, void> {
    const page = this.#page;
    if (page.times.length + page.runs.length === 0) return;
    yield { chart: this.#chart, spans: [], annotations: [], tagged: page };
    this.#page = { times: [], runs: [], isPlain: page.isPlain, unbegun: [] };
  }

  *end(): Generator<FileLabels, void> {
    this.#endRun();
    yield* this.page();
  }

  #endRun() {
    if (!this.#open) return;
    const fields = completeSpan({ ...this.#open, source: 'import' });
    const where = this.#where();
    const { startTime: time } = this.#open;
    const dates = this.#isDate ? [{ said: `${where}: its time`, time }] : [];
    const run = { ...fields, uid: null, rev: null, where, dates };
    this.#page.runs.push(run);
    if (!this.#isBegun) this.#page.unbegun.push({ run, rows: this.#rows });
    this.#open = null;
  }
}
