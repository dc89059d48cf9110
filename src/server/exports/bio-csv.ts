import { csvLine } from '@/contract/csv-line';
import type { Tx } from '@/lib/db';
import { AppError } from '../errors';
import { orNull } from './candles/packed-columns';
import type { CsvRow } from './csv-rows';
import { type CsvTable, chartOf } from './csv-table';
import { isDateAlone, readFileTime } from './file-time';
import type { Exporting } from './formats';
import { labelledCandles } from './labelled-candles';
import type { FileRow } from './labelled-rows';
import { spanFromRecord, spanToRecord } from './records';

const PRICES = ['open', 'high', 'low', 'close', 'volume'] as const;
export const BIO_COLUMNS = ['chart', 'time_utc', ...PRICES, 'label', 'spans', 'examined'];

/** A candle a line with its tag, and on the line where a span begins all that is known of it. */
export async function* writeBio(tx: Tx, { charts, progress, timesOf, columnsOf }: Exporting) {
  yield csvLine(columnsOf(BIO_COLUMNS));
  for (const chart of charts) {
    const times = timesOf(chart);
    for await (const page of labelledCandles(tx, chart.scope)) {
      const { candles } = page;
      let text = '';
      for (let i = 0; i < page.rows; i++) {
        if (!candles && page.annotations[i]!.length > 0) continue;
        const spans = page.spans[i]!;
        text += csvLine([
          chart.name,
          times.time(page.time[i]!),
          candles && candles.open[i]!,
          candles && candles.high[i]!,
          candles && candles.low[i]!,
          candles && candles.close[i]!,
          candles && orNull(candles.volume[i]!),
          page.labels[i]!,
          spans.length > 0 ? JSON.stringify(spans.map(spanToRecord)) : null,
          page.examined[i]!,
        ]);
        if (candles) progress.rows++;
      }
      yield text;
    }
  }
}

export async function* readBio(
  table: CsvTable,
  pages: AsyncIterable<CsvRow[]>,
): AsyncGenerator<FileRow[], void> {
  const holdsSpans = table.columns.includes('spans');
  for await (const rows of pages) {
    yield rows.map((row) => {
      const where = () => table.where(row);
      const record = table.record(row);
      const time = readFileTime(String(record.time_utc));
      if (Number.isNaN(time)) {
        const what = `time_utc, “${record.time_utc}”, is not a time such as 2024-01-31T09:30:00Z`;
        throw new AppError('BAD_REQUEST', `${where()}: ${what}.`);
      }
      const text = (column: string) => (record[column] ?? null) as string | null;
      return {
        where,
        chart: chartOf(record),
        time,
        isDate: isDateAlone(record.time_utc),
        label: text('label'),
        candle: text('open') === null ? null : PRICES.map(text),
        spans: holdsSpans ? spansOf(record.spans, where) : null,
        annotations: [],
        examined: text('examined'),
      };
    });
  }
}

export function spansOf(json: unknown, where: () => string) {
  if (json === null || json === undefined) return [];
  const records = Array.isArray(json) ? json : [json];
  return records.map((record) => spanFromRecord(record, `${where()}: spans`));
}
