import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import type { Tx } from '@/lib/db';
import { AppError } from '../errors';
import { spansOf } from './bio-csv';
import type { Exporting } from './formats';
import { type LabelledCandle, labelledCandles } from './labelled-candles';
import type { FileRow } from './labelled-rows';
import { annotationFromRecord, annotationToRecord, readJson, spanToRecord } from './records';

const ROW_GROUP = 50_000;
const PRICES = ['open', 'high', 'low', 'close', 'volume'] as const;
const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;
const json = { type: 'BYTE_ARRAY', converted_type: 'JSON' } as const;
const optional = { repetition_type: 'OPTIONAL' } as const;
const required = { repetition_type: 'REQUIRED' } as const;
const SCHEMA: SchemaElement[] = [
  { name: 'chart', num_children: 10 },
  { name: 'chart', ...text, ...required },
  {
    name: 'time_utc',
    type: 'INT64',
    converted_type: 'TIMESTAMP_MICROS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
    ...required,
  },
  ...PRICES.map((name) => ({ name, type: 'DOUBLE', ...optional }) as const),
  { name: 'label', ...text, ...optional },
  { name: 'spans', ...json, ...optional },
  { name: 'annotations', ...json, ...optional },
];

/** A candle a row with its tag, and the spans and annotations that begin there. */
export async function* writeParquet(tx: Tx, { charts, progress }: Exporting) {
  const bytes = new ByteWriter();
  const kvMetadata = [{ key: 'format', value: 'candle-annotator chart 1' }];
  const file = new ParquetWriter({ writer: bytes, schema: SCHEMA, kvMetadata });
  const written = () => {
    const part = bytes.getBytes().slice();
    bytes.index = 0;
    return part;
  };
  for (const chart of charts) {
    for await (const rows of groups(labelledCandles(tx, chart.id))) {
      await file.write({ columnData: columnsOf(chart.name, rows), rowGroupSize: ROW_GROUP });
      for (const row of rows) if (row.candle) progress.rows++;
      yield written();
    }
  }
  await file.finish();
  yield written();
}

/** Small pages make small row groups, which are read slowly. */
async function* groups(pages: AsyncIterable<LabelledCandle[]>) {
  let rows: LabelledCandle[] = [];
  for await (const page of pages) {
    if (rows.length + page.length > ROW_GROUP) {
      yield rows;
      rows = [];
    }
    rows = rows.concat(page);
  }
  if (rows.length > 0) yield rows;
}

function columnsOf(chart: string, rows: LabelledCandle[]) {
  const column = <T>(name: string, value: (row: LabelledCandle) => T) => ({
    name,
    data: rows.map(value),
  });
  return [
    column('chart', () => chart),
    column('time_utc', ({ time }) => BigInt(Math.round(time * 1e6))),
    ...PRICES.map((price) => column(price, ({ candle }) => candle?.[price] ?? null)),
    column('label', ({ label }) => label),
    column('spans', ({ spans }) => (spans.length > 0 ? spans.map(spanToRecord) : null)),
    column('annotations', ({ annotations }) =>
      annotations.length > 0 ? annotations.map(annotationToRecord) : null,
    ),
  ];
}

export async function* readParquet(
  path: string,
  fileName: string,
): AsyncGenerator<FileRow[], void> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file).catch((error: Error) => {
    throw new AppError('BAD_REQUEST', `${fileName} is damaged: ${error.message}`);
  });
  const names = metadata.schema.map(({ name }) => name);
  const missing = ['time_utc', 'label'].find((name) => !names.includes(name));
  if (missing) throw new AppError('BAD_REQUEST', `${fileName} has no column ${missing}.`);
  const parsers = {
    timestampFromMicroseconds: (micros: bigint) => Number(micros) / 1e6,
    jsonFromBytes: (bytes: Uint8Array) => readJson(new TextDecoder().decode(bytes), fileName),
  };
  let rowStart = 0;
  for (const { num_rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(num_rows);
    const rows = await parquetReadObjects({ file, metadata, rowStart, rowEnd, parsers });
    const from = rowStart;
    yield rows.map((row, i) => rowOf(row, `${fileName}: row ${from + i + 1}`));
    rowStart = rowEnd;
  }
}

function rowOf(row: Record<string, unknown>, name: string): FileRow {
  const where = () => name;
  if (typeof row.time_utc !== 'number') {
    throw new AppError('BAD_REQUEST', `${name}: time_utc is not a timestamp in microseconds.`);
  }
  const annotations = Array.isArray(row.annotations) ? row.annotations : [];
  return {
    where,
    chart: typeof row.chart === 'string' ? row.chart : null,
    time: row.time_utc,
    label: typeof row.label === 'string' ? row.label : null,
    candle:
      typeof row.open === 'number' ? PRICES.map((price) => (row[price] ?? null) as number) : null,
    spans: 'spans' in row ? spansOf(row.spans, where) : null,
    annotations: annotations.map((record) => annotationFromRecord(record, name)),
  };
}
