import { csvLine } from '@/contract/csv-line';
import type { Span } from '@/contract/spans';
import type { Tx } from '@/lib/db';
import { AppError } from '../errors';
import type { CsvRow } from './csv';
import { type ChartToExport, candlePages, spanPages, windowAround } from './data';
import type { Exporting, FileLabels } from './formats';
import { isoTime } from './iso-time';
import { orNull } from './packed-columns';
import { SPAN_KEYS, spanFromRecord, spanToRecord } from './records';
import { chartOf, recordLine, type Table } from './table';

const CANDLE_COLUMNS = ['part', 'bar', 'time_utc', 'open', 'high', 'low', 'close', 'volume'];
/** These stand in every row of a window, the span's others in its first alone. */
const REPEATED = ['chart', 'uid', 'label'];
const COLUMNS = [
  ...REPEATED,
  ...CANDLE_COLUMNS,
  ...SPAN_KEYS.filter((key) => !REPEATED.includes(key)),
];

/** A line for each candle of each span and of the context around it; bar 0 is the span's first. */
export async function* writeWindows(tx: Tx, { charts, context, progress }: Exporting) {
  yield csvLine(COLUMNS);
  for (const chart of charts) {
    for await (const spans of spanPages(tx, chart.scope)) {
      for (const span of spans) {
        yield* writeWindow(tx, chart, span, context);
        progress.rows++;
      }
    }
  }
}

async function* writeWindow(
  tx: Tx,
  { name: chart, scope }: ChartToExport,
  span: Span,
  context: number,
) {
  const first = { chart, ...spanToRecord(span) };
  const others = { chart, uid: span.uid, label: span.label };
  let bar: number | null = null;
  for await (const page of candlePages(tx, scope, await windowAround(tx, scope, span, context))) {
    // The candles before the span are fewer than a page.
    const before = page.time.findIndex((time) => time >= span.startTime);
    const isFirst = bar === null;
    bar ??= before < 0 ? -page.time.length : -before;
    let text = '';
    for (const [i, time] of page.time.entries()) {
      const part = time < span.startTime ? 'before' : time > span.endTime ? 'after' : 'span';
      text += recordLine(COLUMNS, {
        ...(isFirst && i === 0 ? first : others),
        ...{ part, bar, time_utc: isoTime(time) },
        ...{ open: page.open[i], high: page.high[i], low: page.low[i], close: page.close[i] },
        volume: orNull(page.volume[i]!),
      });
      bar++;
    }
    yield text;
  }
  // A span without a candle is not lost.
  if (bar === null) yield recordLine(COLUMNS, first);
}

export async function* readWindows(
  table: Table,
  pages: AsyncIterable<CsvRow[]>,
): AsyncGenerator<FileLabels, void> {
  let last: { uid: string; label: string } | undefined;
  for await (const rows of pages) {
    for (const row of rows) {
      const record = table.record(row);
      if (record.start_time_utc !== null) {
        const span = spanFromRecord(record, table.where(row));
        last = span;
        yield { chart: chartOf(record), spans: [span], annotations: [] };
      } else if (record.uid !== last?.uid) {
        throw misplaced(table.where(row), 'the first row of this span, with its times, is missing');
      } else if (record.label !== last?.label) {
        throw misplaced(table.where(row), `the label differs from the span's first row`);
      }
    }
  }
}

const misplaced = (where: string, what: string) =>
  new AppError('BAD_REQUEST', `${where}: ${what}.`);
