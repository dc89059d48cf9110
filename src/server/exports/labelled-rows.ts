import { createHash } from 'node:crypto';
import { completeSpan, NEGATIVE_LABEL } from '@/contract/spans';
import type { UtcSeconds } from '@/lib/time';
import { AppError } from '../errors';
import { ExaminedRuns } from './examined-column';
import type { FileExamined, FileLabels } from './formats';
import type { FileAnnotation, FileSpan } from './records';
import { OUTSIDE, Tagger } from './tags';

/** A row of a file that has one for each candle, whatever its format. */
export type FileRow = {
  where: () => string;
  chart: string | null;
  time: UtcSeconds;
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
      if (!spans) yield* runs.take(row);
      else {
        if (row.candle) compare(row, tagger.tag(row.time, spans));
        if (spans.length + annotations.length > 0) yield { chart, spans, annotations };
      }
    }
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

/** Makes a span of each run of tags: of a `B-` and the `I-` of the same label that follow it. */
class Runs {
  readonly #chart: string | null;
  #open: { label: string; startTime: UtcSeconds; endTime: UtcSeconds } | null = null;

  constructor(chart: string | null) {
    this.#chart = chart;
  }

  *take({ time, label: tag, where }: FileRow): Generator<FileLabels, void> {
    const [, prefix, label = ''] = /^([BI])-(.+)$/s.exec(tag ?? OUTSIDE) ?? [];
    if (!prefix && tag !== OUTSIDE && tag !== null) {
      throw new AppError('BAD_REQUEST', `${where()}: the label ${tag} is neither B-…, I-… nor O.`);
    }
    if (prefix === 'I' && this.#open?.label === label) {
      this.#open.endTime = time;
      return;
    }
    yield* this.end();
    if (prefix && label !== NEGATIVE_LABEL) this.#open = { label, startTime: time, endTime: time };
  }

  *end(): Generator<FileLabels, void> {
    if (!this.#open) return;
    const fields = completeSpan({ ...this.#open, source: 'import' });
    const span: FileSpan = { ...fields, uid: this.#uid(), rev: null };
    this.#open = null;
    yield { chart: this.#chart, spans: [span], annotations: [] };
  }

  /** The same for the same run, so that a file that comes again brings nothing new. */
  #uid(): string {
    return uuidOf(JSON.stringify([this.#chart, this.#open]));
  }
}

/** A UUID (version 8) that is always the same for `text`. */
export function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`];
  return [...parts, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}
