import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import {
  type AsyncBuffer,
  asyncBufferFromFile,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
} from 'hyparquet';
import { decompressLz4, decompressLz4Raw, decompressZstd } from 'hyparquet-compressors';
import { AppError } from '../../errors';
import type { ByteFile, ReadProgress } from './byte-file';
import { tableLine } from './table-line';
import type { NamedTable } from './table-source';

/** Cells in memory at a time, beside the packed bytes of a row group. */
const CELLS = 1 << 20;

type SchemaElement = FileMetaData['schema'][number];
type Parquet = { file: AsyncBuffer; metadata: FileMetaData };

export const isParquet = (head: Buffer) => head.toString('latin1', 0, 4) === 'PAR1';

/** Its columns and how many rows it has. Throws a BAD_REQUEST for what is damaged. */
export async function openParquetFile(path: string, fileName: string): Promise<Parquet> {
  const file = await asyncBufferFromFile(path);
  try {
    return { file, metadata: await parquetMetadataAsync(file) };
  } catch (error) {
    throw new AppError('BAD_REQUEST', `${fileName} is damaged: ${reasonOf(error)}`);
  }
}

export async function openParquet(packed: ByteFile): Promise<NamedTable[]> {
  const { fileName, totalBytes, path } = packed;
  if (path === null) {
    const why = 'is a Parquet file that is packed once more. Unpack it first.';
    throw new AppError('BAD_REQUEST', `${fileName} ${why}`);
  }
  const parquet = await openParquetFile(path, fileName);
  const codec = unknownCodec(parquet.metadata);
  if (codec) {
    const why = `is a Parquet file that is compressed with ${codec}. Write it with snappy or gzip`;
    throw new AppError('BAD_REQUEST', `${fileName} ${why} and import that.`);
  }
  const chunks = (progress?: ReadProgress) => lines(parquet, packed, progress);
  return [{ name: fileName, open: async () => ({ fileName, totalBytes, chunks }) }];
}

async function* lines(
  { file, metadata }: Parquet,
  { fileName, totalBytes }: ByteFile,
  progress: ReadProgress = { bytes: 0 },
): AsyncGenerator<Uint8Array, void> {
  progress.bytes = 0;
  const columns = plainColumns(metadata.schema);
  if (columns.length === 0) throw new AppError('BAD_REQUEST', `${fileName} has no columns.`);
  const texts = columns.map(textOf);
  yield Buffer.from(tableLine(columns.map(labelOf)));
  const step = Math.max(1, Math.floor(CELLS / columns.length));
  let groupStart = 0;
  for (const group of metadata.row_groups) {
    const groupEnd = groupStart + Number(group.num_rows);
    for (let rowStart = groupStart; rowStart < groupEnd; rowStart += step) {
      const rowEnd = Math.min(rowStart + step, groupEnd);
      const rows = await readRows({ file, metadata }, columns, { rowStart, rowEnd }, fileName);
      progress.bytes = Math.round((totalBytes * rowEnd) / Number(metadata.num_rows));
      yield Buffer.from(
        rows.map((row) => tableLine(row.map((cell, i) => texts[i]!(cell)))).join(''),
      );
    }
    groupStart = groupEnd;
  }
}

async function readRows(
  { file, metadata }: Parquet,
  columns: SchemaElement[],
  range: { rowStart: number; rowEnd: number },
  fileName: string,
): Promise<unknown[][]> {
  const names = columns.map(({ name }) => name);
  let rows: unknown[][] = [];
  const onComplete = (read: unknown[][]) => {
    rows = read;
  };
  const options = { file, metadata, columns: names, ...range, compressors, parsers };
  try {
    await parquetRead({ ...options, rowFormat: 'array', onComplete });
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('BAD_REQUEST', `${fileName} cannot be read: ${reasonOf(error)}`);
  }
  return rows;
}

/** Snappy is the reader's own; zstd is not in every Node that this runs on. */
export const compressors: Compressors = {
  GZIP: (bytes) => gunzipSync(bytes),
  BROTLI: (bytes) => brotliDecompressSync(bytes),
  ZSTD: (bytes) => decompressZstd(bytes),
  LZ4: decompressLz4,
  LZ4_RAW: decompressLz4Raw,
};

const unknownCodec = ({ row_groups }: FileMetaData): string | undefined =>
  row_groups
    .flatMap(({ columns }) => columns.flatMap(({ meta_data }) => meta_data?.codec ?? []))
    .find((codec) => codec !== 'UNCOMPRESSED' && codec !== 'SNAPPY' && !(codec in compressors));

/** Moments as microseconds since 1970: a Date ends at milliseconds. */
const parsers = {
  timestampFromMilliseconds: (millis: bigint) => new Moment(millis * 1_000n),
  timestampFromMicroseconds: (micros: bigint) => new Moment(micros),
  timestampFromNanoseconds: (nanos: bigint) => new Moment(nanos / 1_000n),
  dateFromDays: (days: number) => new Date(days * 86_400_000).toISOString().slice(0, 10),
};

class Moment {
  constructor(readonly micros: bigint) {}

  toString(): string {
    const below = ((this.micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
    const seconds = Number((this.micros - below) / 1_000_000n);
    const second = new Date(seconds * 1_000).toISOString().slice(0, 19);
    return below === 0n ? second : `${second}.${String(below).padStart(6, '0')}`;
  }
}

/** Those that have one value a row. */
const plainColumns = (schema: SchemaElement[]): SchemaElement[] => {
  const columns: SchemaElement[] = [];
  for (let at = 1; at < schema.length; at = after(schema, at)) {
    const { num_children: children, repetition_type: repetition } = schema[at]!;
    if (!children && repetition !== 'REPEATED') columns.push(schema[at]!);
  }
  return columns;
};

/** Where the schema goes on behind an element and all that is in it. */
function after(schema: SchemaElement[], at: number): number {
  let next = at + 1;
  for (let i = 0; i < (schema[at]?.num_children ?? 0); i++) next = after(schema, next);
  return next;
}

/** An index without a name, as pandas writes it. */
const labelOf = ({ name }: SchemaElement) => (/^__index_level_\d+__$/.test(name) ? '' : name);

/** A timestamp is of UTC or of no zone that is known. */
function textOf({ logical_type: logical, converted_type: converted }: SchemaElement) {
  const isUtc =
    logical?.type === 'TIMESTAMP'
      ? logical.isAdjustedToUTC
      : converted?.startsWith('TIMESTAMP_') === true;
  const perSecond = timeUnit(logical, converted);
  return (cell: unknown): unknown => {
    if (perSecond !== null && cell !== null && cell !== undefined) {
      return timeOfDay(BigInt(cell as number | bigint), perSecond);
    }
    if (!(cell instanceof Moment)) return typeof cell === 'bigint' ? String(cell) : cell;
    return isUtc ? `${cell}Z` : String(cell);
  };
}

/** How many of a time of day's numbers are a second; null for what is none. */
function timeUnit(
  logical: SchemaElement['logical_type'],
  converted: SchemaElement['converted_type'],
): bigint | null {
  const unit = logical?.type === 'TIME' ? logical.unit : converted;
  switch (unit) {
    case 'MILLIS':
    case 'TIME_MILLIS':
      return 1_000n;
    case 'MICROS':
    case 'TIME_MICROS':
      return 1_000_000n;
    case 'NANOS':
      return 1_000_000_000n;
    default:
      return null;
  }
}

/** To the microsecond, as it is written beside a date. */
function timeOfDay(units: bigint, perSecond: bigint): string {
  const micros = (units * 1_000_000n) / perSecond;
  return String(new Moment(micros)).slice(11);
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
