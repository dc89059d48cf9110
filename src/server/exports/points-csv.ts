import { csvLine } from '@/contract/csv-line';
import type { Tx } from '@/lib/db';
import type { CsvRow } from './csv-rows';
import { type CsvTable, chartOf, recordLine } from './csv-table';
import type { Exporting, FileLabels } from './formats';
import { annotationPages } from './labels/data';
import { ANNOTATION_KEYS, annotationFromRecord, annotationToRecord } from './records';

export const POINT_COLUMNS = ['chart', ...ANNOTATION_KEYS];

/** An annotation a line. */
export async function* writePoints(tx: Tx, { charts, progress, timesOf, columnsOf }: Exporting) {
  yield csvLine(columnsOf(POINT_COLUMNS));
  for (const chart of charts) {
    const times = timesOf(chart);
    for await (const page of annotationPages(tx, chart.scope)) {
      yield page
        .map((row) =>
          recordLine(POINT_COLUMNS, {
            chart: chart.name,
            ...times.record(annotationToRecord(row)),
          }),
        )
        .join('');
      progress.rows += page.length;
    }
  }
}

export async function* readPoints(
  table: CsvTable,
  pages: AsyncIterable<CsvRow[]>,
): AsyncGenerator<FileLabels, void> {
  for await (const { record, where } of table.records(pages)) {
    const annotation = annotationFromRecord(record, where);
    yield { chart: chartOf(record), spans: [], annotations: [annotation] };
  }
}
