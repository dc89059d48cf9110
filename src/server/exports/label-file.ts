import type { z } from 'zod';
import { assertNever } from '@/contract/assert-never';
import type { LabelFormat, labelFormatInput } from '@/contract/exports';
import { type ByteFile, headOf } from '../candles/files/byte-file';
import { containerOf } from '../candles/files/containers';
import { isParquet, openParquetFile } from '../candles/files/parquet';
import { openText } from '../candles/files/text';
import { unpack, unpackOnly } from '../candles/files/unpack';
import { AppError } from '../errors';
import type { Scope } from '../scope';
import { findUpload } from '../uploads/upload-files';
import { BIO_COLUMNS, readBio } from './bio-csv';
import { type CsvRow, readRows } from './csv-rows';
import { CsvTable } from './csv-table';
import type { FileLabels } from './formats';
import { formatOfText, headerOf } from './label-format';
import { type FileRow, labelsOf } from './labelled-rows';
import { type Notation, notationOf, PLAIN } from './notation';
import { readParquet } from './parquet';
import { POINT_COLUMNS, readPoints } from './points-csv';
import { readSpanTable, SPAN_COLUMNS } from './spans-csv';
import { readSpans, SPANS_FORMAT } from './spans-json';
import { readWindows, WINDOW_COLUMNS } from './windowed-csv';

/** More than a header takes, and the first of a list. */
const HEAD = 1 << 16;
/** Notes and sources may hold every other character. */
const NOT_IN_NOTES = /\0/;

/** A file of labels in any format that is known. Each call reads it from its beginning. */
export type LabelFile = {
  fileName: string;
  /** Columns that were met and are not known, as the file calls them. */
  unread: ReadonlySet<string>;
  labels(): AsyncGenerator<FileLabels, void>;
  /** Its candles and labels; null in a file that does not hold a chart's every candle. */
  rows: (() => AsyncGenerator<FileRow[], void>) | null;
};

type CsvReader<T> = (table: CsvTable, pages: AsyncIterable<CsvRow[]>) => AsyncGenerator<T, void>;

/** Which of the formats the file at `path` is in, by its beginning; null when it is in none. */
export async function labelFormatOf(path: string, fileName: string): Promise<LabelFormat | null> {
  const [only, ...others] = await unpack(path, fileName);
  // An export is packed alone; which of several tables is meant is for the import of candles to ask.
  if (!only || others.length > 0) return null;
  if (isParquet(await headOf(only.file))) return (await hasLabels(only.file)) ? 'parquet' : null;
  await containerOf(only.file);
  const { chunks } = await openText(only.file, NOT_IN_NOTES);
  return formatOfText(await beginning(chunks()), fileName);
}

export async function uploadedLabelFormat(
  { actor }: Scope,
  { uploadId, fileName }: z.infer<typeof labelFormatInput>,
): Promise<LabelFormat | null> {
  return labelFormatOf(await findUpload({ uploadId, actorId: actor.id }), fileName);
}

/** Looks at the file at `path`; `fileName` is what its sender calls it, for messages only. */
export async function openLabelFile(path: string, fileName: string): Promise<LabelFile> {
  const format = await labelFormatOf(path, fileName);
  if (format === 'parquet')
    return withCandles(fileName, new Set(), () => readParquet(path, fileName));
  const { chunks } = await openText(await unpackOnly(path, fileName), NOT_IN_NOTES);
  const isCsv = format !== null && format !== 'spans-json';
  const written = isCsv ? await notationOf(chunks, fileName) : PLAIN;
  const unread = new Set<string>();
  const read = <T>(reader: CsvReader<T>, known: readonly string[]) =>
    readTable(chunks(), fileName, written, (table, pages) => {
      for (const name of table.others(known)) unread.add(name);
      return reader(table, pages);
    });
  switch (format) {
    case 'spans-json':
      return { fileName, unread, rows: null, labels: () => readSpans(chunks(), fileName, unread) };
    case 'points-csv':
      return { fileName, unread, rows: null, labels: () => read(readPoints, POINT_COLUMNS) };
    case 'windowed-csv':
      return { fileName, unread, rows: null, labels: () => read(readWindows, WINDOW_COLUMNS) };
    case 'spans-csv':
      return { fileName, unread, rows: null, labels: () => read(readSpanTable, SPAN_COLUMNS) };
    case 'bio-csv':
      return withCandles(fileName, unread, () => read(readBio, BIO_COLUMNS));
    case null: {
      const head = await beginning(chunks());
      const names = headerOf(head).map((name) => `“${name}”`);
      const columns = /^[[{]/.test(head)
        ? ''
        : `. Its first line is ${names.join(', ').slice(0, 300)}`;
      throw new AppError(
        'BAD_REQUEST',
        `${fileName} holds no labels: points have a column label_type, spans the columns start, end and label, windows the columns uid and bar, tags the columns time_utc and label, a JSON list the names start, end and label, and other JSON begins with {"format": "${SPANS_FORMAT}"${columns}.`,
      );
    }
    default:
      return assertNever(format);
  }
}

const withCandles = (
  fileName: string,
  unread: LabelFile['unread'],
  rows: NonNullable<LabelFile['rows']>,
): LabelFile => ({
  fileName,
  unread,
  rows,
  labels: () => labelsOf(rows()),
});

/** Other Parquet holds candles alone; what is packed once more is neither. */
async function hasLabels({ path, fileName }: ByteFile): Promise<boolean> {
  if (path === null) return false;
  const { metadata } = await openParquetFile(path, fileName);
  const names = metadata.schema.map(({ name }) => name);
  return names.includes('time_utc') && names.includes('label');
}

async function beginning(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  for await (const chunk of chunks) {
    const text = Buffer.from(chunk.subarray(0, HEAD)).toString().trimStart();
    if (text) return text;
  }
  return '';
}

async function* readTable<T>(
  chunks: AsyncIterable<Uint8Array>,
  fileName: string,
  written: Notation,
  reader: CsvReader<T>,
): AsyncGenerator<T, void> {
  const pages = readRows(chunks, fileName, written.delimiter);
  try {
    for (;;) {
      const { value, done } = await pages.next();
      if (done) return;
      const [header, ...rows] = value;
      if (!header) continue;
      yield* reader(new CsvTable(header, fileName, written), following(rows, pages));
      return;
    }
  } finally {
    // Whoever has enough of the first page leaves the rest, and with it the file, open.
    await pages.return();
  }
}

async function* following(first: CsvRow[], pages: AsyncIterable<CsvRow[]>) {
  yield first.filter(isFilled);
  for await (const rows of pages) yield rows.filter(isFilled);
}

/** Spreadsheets save rows of empty cells behind the last one. */
const isFilled = ({ cells }: CsvRow) => cells.some((cell) => cell !== null);
