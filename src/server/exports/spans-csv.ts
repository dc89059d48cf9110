import type { CsvRow } from './csv-rows';
import { type CsvTable, chartOf } from './csv-table';
import type { FileLabels } from './formats';
import { spanFromRecord } from './records';

/** Spans of a program, a row each: `start`, `end` and `label`, with `chart` and other fields if it has them. */
export async function* readSpanTable(
  table: CsvTable,
  pages: AsyncIterable<CsvRow[]>,
): AsyncGenerator<FileLabels, void> {
  for await (const rows of pages) {
    for (const row of rows) {
      const record = table.record(row);
      const span = spanFromRecord({ source: 'import', ...record }, table.where(row));
      yield { chart: chartOf(record), spans: [span], annotations: [] };
    }
  }
}
