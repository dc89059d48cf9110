import { csvCell, csvLine } from '@/contract/csv-line';
import type { Span } from '@/contract/spans';
import type { TileColumns } from '@/contract/tile-codec';
import type { Tx } from '@/lib/db';
import { AppError } from '../errors';
import type { ChartScope } from '../scope';
import { candlePages, type SpanWindow, windowsAround } from './candles/data';
import { orNull } from './candles/packed-columns';
import type { CsvRow } from './csv-rows';
import { type CsvTable, chartOf, recordLine } from './csv-table';
import type { FileRecord } from './field-columns';
import type { Exporting, FileLabels } from './formats';
import { spanPages } from './labels/data';
import { SPAN_KEYS, spanFromRecord, spanToRecord } from './records';
import type { WrittenTimes } from './written-times';

const CANDLE_COLUMNS = ['part', 'bar', 'time_utc', 'open', 'high', 'low', 'close', 'volume'];
/** These stand in every row of a window, the span's others in its first alone. */
const REPEATED = ['chart', 'uid', 'label'];
const OTHERS = SPAN_KEYS.filter((key) => !REPEATED.includes(key));
const NO_OTHERS = ','.repeat(OTHERS.length - 1);
export const WINDOW_COLUMNS = [...REPEATED, ...CANDLE_COLUMNS, ...OTHERS];

/** Spans whose candles are read together, each with a page of them at most. */
const SPANS_AT_ONCE = 100;

/** A line for each candle of each span and of the context around it; bar 0 is the span's first. */
export async function* writeWindows(tx: Tx, { charts, context, progress, ...written }: Exporting) {
  yield csvLine(written.columnsOf(WINDOW_COLUMNS));
  for (const chart of charts) {
    const { name, scope } = chart;
    const times = written.timesOf(chart);
    for await (const spans of spanPages(tx, scope)) {
      for (let at = 0; at < spans.length; at += SPANS_AT_ONCE) {
        const together = spans.slice(at, at + SPANS_AT_ONCE);
        for (const window of await windowsAround(tx, scope, together, context)) {
          yield* writeWindow(tx, scope, linesOf(name, window.span, times), window);
          progress.rows += 1;
        }
      }
    }
  }
}

async function* writeWindow(tx: Tx, scope: ChartScope, lines: WindowLines, window: SpanWindow) {
  const { candles } = window;
  if (!candles) for await (const page of candlePages(tx, scope, window)) yield lines.ofPage(page);
  else if (candles.time.length > 0) yield lines.ofPage(candles);
  // A span without a candle is not lost.
  else yield lines.alone();
}

type WindowLines = ReturnType<typeof linesOf>;

function linesOf(chart: string, span: Span, times: WrittenTimes) {
  const first = { chart, ...times.record(spanToRecord(span)) };
  const repeated = cells(REPEATED, first);
  let bar: number | null = null;
  return {
    alone: () => recordLine(WINDOW_COLUMNS, first),
    ofPage(page: TileColumns): string {
      const { time, open, high, low, close, volume } = page;
      // The candles before the span are fewer than a page.
      const before = time.findIndex((each) => each >= span.startTime);
      let others = bar === null ? cells(OTHERS, first) : NO_OTHERS;
      bar ??= before < 0 ? -time.length : -before;
      const lines: string[] = [];
      for (let i = 0; i < time.length; i++) {
        const at = time[i]!;
        const part = at < span.startTime ? 'before' : at > span.endTime ? 'after' : 'span';
        const prices = `${csvCell(open[i]!)},${csvCell(high[i]!)},${csvCell(low[i]!)},${csvCell(close[i]!)}`;
        lines.push(
          `${repeated},${part},${bar},${times.time(at)},${prices},${csvCell(orNull(volume[i]!))},${others}\n`,
        );
        others = NO_OTHERS;
        bar++;
      }
      // Text that grows piece by piece is garbage that lives long.
      return lines.join('');
    },
  };
}

/** Of a record, as they stand in a line. */
const cells = (columns: readonly string[], record: FileRecord) =>
  recordLine(columns, record).slice(0, -1);

export async function* readWindows(
  table: CsvTable,
  pages: AsyncIterable<CsvRow[]>,
): AsyncGenerator<FileLabels, void> {
  let last: { uid: string | null; label: string } | undefined;
  for await (const { record, where } of table.records(pages)) {
    if (record.start_time_utc !== null) {
      const span = spanFromRecord(record, where);
      last = span;
      yield { chart: chartOf(record), spans: [span], annotations: [] };
    } else if (record.uid !== last?.uid) {
      throw misplaced(where, 'the first row of this span, with its times, is missing');
    } else if (record.label !== last?.label) {
      throw misplaced(where, `the label differs from the span's first row`);
    }
  }
}

const misplaced = (where: string, what: string) =>
  new AppError('BAD_REQUEST', `${where}: ${what}.`);
