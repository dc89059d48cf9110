import { csvLine } from '@/contract/csv-line';
import type { Span } from '@/contract/spans';
import type { TileColumns } from '@/contract/tile-codec';
import type { Tx } from '@/lib/db';
import { AppError } from '../errors';
import { candlePages, candlesInWindows, type SpanWindow, windowsAround } from './candles/data';
import { orNull } from './candles/packed-columns';
import type { CsvRow } from './csv-rows';
import { type CsvTable, chartOf, recordLine } from './csv-table';
import type { ChartToExport } from './data';
import type { Exporting, FileLabels } from './formats';
import { isoTime } from './iso-time';
import { spanPages } from './labels/data';
import { SPAN_KEYS, spanFromRecord, spanToRecord } from './records';

const CANDLE_COLUMNS = ['part', 'bar', 'time_utc', 'open', 'high', 'low', 'close', 'volume'];
/** These stand in every row of a window, the span's others in its first alone. */
const REPEATED = ['chart', 'uid', 'label'];
const COLUMNS = [
  ...REPEATED,
  ...CANDLE_COLUMNS,
  ...SPAN_KEYS.filter((key) => !REPEATED.includes(key)),
];

/** Windows that are read together hold no more candles than this. */
const CANDLES_AT_ONCE = 20_000;

/** A line for each candle of each span and of the context around it; bar 0 is the span's first. */
export async function* writeWindows(tx: Tx, { charts, context, progress }: Exporting) {
  yield csvLine(COLUMNS);
  for (const chart of charts) {
    for await (const spans of spanPages(tx, chart.scope)) {
      const windows = await windowsAround(tx, chart.scope, spans, context);
      for (const group of groups(windows)) {
        yield* writeGroup(tx, chart, group);
        progress.rows += group.length;
      }
    }
  }
}

/** One after the other, as many in a group as may be read at once; a long one is alone. */
function* groups(windows: SpanWindow[]): Generator<SpanWindow[]> {
  let group: SpanWindow[] = [];
  let candles = 0;
  for (const window of windows) {
    if (group.length > 0 && candles + window.candles > CANDLES_AT_ONCE) {
      yield group;
      group = [];
      candles = 0;
    }
    group.push(window);
    candles += window.candles;
  }
  if (group.length > 0) yield group;
}

async function* writeGroup(tx: Tx, { name, scope }: ChartToExport, group: SpanWindow[]) {
  const [only] = group;
  if (only && only.candles > CANDLES_AT_ONCE) {
    const lines = linesOf(name, only.span);
    for await (const page of candlePages(tx, scope, only)) yield lines.ofPage(page);
    return;
  }
  const pages = await candlesInWindows(tx, scope, group);
  let text = '';
  for (const [n, { span }] of group.entries()) {
    const lines = linesOf(name, span);
    const page = pages[n];
    // A span without a candle is not lost.
    text += page && page.time.length > 0 ? lines.ofPage(page) : lines.alone();
  }
  yield text;
}

function linesOf(chart: string, span: Span) {
  const first = { chart, ...spanToRecord(span) };
  const others = { chart, uid: span.uid, label: span.label };
  let bar: number | null = null;
  return {
    alone: () => recordLine(COLUMNS, first),
    ofPage(page: TileColumns): string {
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
      return text;
    },
  };
}

export async function* readWindows(
  table: CsvTable,
  pages: AsyncIterable<CsvRow[]>,
): AsyncGenerator<FileLabels, void> {
  let last: { uid: string | null; label: string } | undefined;
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
