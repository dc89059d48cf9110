import type { CsvRow } from './csv-rows';
import { type CsvTable, chartOf } from './csv-table';
import type { FileLabels } from './formats';
import { SPAN_KEYS, spanFromRecord } from './records';

export const SPAN_COLUMNS = ['chart', ...SPAN_KEYS];

/** Spans of a program, a row each: `start`, `end` and `label`, with `chart` and other fields if it has them. */
export async function* readSpanTable(
  table: CsvTable,
  pages: AsyncIterable<CsvRow[]>,
): AsyncGenerator<FileLabels, void> {
  for await (const { record, where } of table.records(pages)) {
    const span = spanFromRecord(record, where, 'import');
    yield { chart: chartOf(record), spans: [span], annotations: [] };
  }
}
