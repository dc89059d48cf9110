import { parquetReadObjects } from 'hyparquet';
import { ByteWriter, type ColumnSource, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import type { Tx } from '@/lib/db';
import { compressors, openParquetFile } from '../candles/files/parquet';
import { AppError } from '../errors';
import { spansOf } from './bio-csv';
import { orNull } from './candles/packed-columns';
import type { FileRecord } from './field-columns';
import type { Exporting } from './formats';
import { type LabelledPage, labelledCandles } from './labelled-candles';
import type { FileRow } from './labelled-rows';
import { annotationFromRecord, annotationToRecord, readJson, spanToRecord } from './records';

const ROW_GROUP = 50_000;
const PRICES = ['open', 'high', 'low', 'close', 'volume'] as const;
const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;
const json = { type: 'BYTE_ARRAY', converted_type: 'JSON' } as const;
const optional = { repetition_type: 'OPTIONAL' } as const;
const required = { repetition_type: 'REQUIRED' } as const;
const SCHEMA: SchemaElement[] = [
  { name: 'chart', num_children: 11 },
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
  { name: 'examined', ...text, ...optional },
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
    const group = new RowGroup(chart.name);
    const write = async () => {
      if (group.rows === 0) return;
      await file.write({ columnData: group.columns(), rowGroupSize: ROW_GROUP });
      group.clear();
    };
    for await (const page of labelledCandles(tx, chart.scope)) {
      if (group.rows + page.rows > ROW_GROUP) {
        await write();
        yield written();
      }
      group.add(page);
      if (page.candles) progress.rows += page.rows;
    }
    await write();
  }
  await file.finish();
  yield written();
}

/** Gathers pages, which alone would make small row groups, that are read slowly. */
class RowGroup {
  rows = 0;
  readonly #time = new BigInt64Array(ROW_GROUP);
  readonly #prices = PRICES.map((name) => ({ name, values: new Float64Array(ROW_GROUP) }));
  #labels: (string | null)[] = [];
  #spans: (FileRecord[] | null)[] = [];
  #annotations: (FileRecord[] | null)[] = [];
  #examined: (string | null)[] = [];

  constructor(readonly chart: string) {}

  add({ rows, time, candles, labels, spans, annotations, examined }: LabelledPage) {
    for (let i = 0; i < rows; i++) {
      this.#time[this.rows + i] = BigInt(Math.round(time[i]! * 1e6));
      this.#labels.push(labels[i]!);
      this.#spans.push(recordsOf(spans[i]!, spanToRecord));
      this.#annotations.push(recordsOf(annotations[i]!, annotationToRecord));
      this.#examined.push(examined[i]!);
    }
    for (const { name, values } of this.#prices) {
      if (candles) values.set(candles[name], this.rows);
      else values.fill(Number.NaN, this.rows, this.rows + rows);
    }
    this.rows += rows;
  }

  columns(): ColumnSource[] {
    return [
      { name: 'chart', data: new Array(this.rows).fill(this.chart) },
      { name: 'time_utc', data: this.#time.subarray(0, this.rows) },
      ...this.#prices.map(({ name, values }) => ({
        name,
        data: nullable(values.subarray(0, this.rows)),
      })),
      { name: 'label', data: this.#labels },
      { name: 'spans', data: this.#spans },
      { name: 'annotations', data: this.#annotations },
      { name: 'examined', data: this.#examined },
    ];
  }

  clear() {
    this.rows = 0;
    this.#labels = [];
    this.#spans = [];
    this.#annotations = [];
    this.#examined = [];
  }
}

const recordsOf = <Row>(rows: Row[], toRecord: (row: Row) => FileRecord) =>
  rows.length > 0 ? rows.map(toRecord) : null;

/** NaN is for what is not there. */
const nullable = (values: Float64Array) =>
  values.some(Number.isNaN) ? Array.from(values, orNull) : values;

export async function* readParquet(
  path: string,
  fileName: string,
): AsyncGenerator<FileRow[], void> {
  const { file, metadata } = await openParquetFile(path, fileName);
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
    const range = { rowStart, rowEnd };
    const rows = await parquetReadObjects({ file, metadata, ...range, compressors, parsers });
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
    examined: typeof row.examined === 'string' ? row.examined : null,
  };
}
