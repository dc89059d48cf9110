import { open } from 'node:fs/promises';
import { openSource } from '../candles/import/source';
import { AppError } from '../errors';
import { readBio } from './bio-csv';
import { type CsvRow, readCsv } from './csv';
import type { FileLabels } from './formats';
import { type FileRow, labelsOf } from './labelled-rows';
import { readParquet } from './parquet';
import { readPoints } from './points-csv';
import { readSpans } from './spans-json';
import { Table } from './table';
import { readWindows } from './windowed-csv';

/** A file of any format that export writes. Each call reads it from its beginning. */
export type LabelFile = {
  fileName: string;
  labels(): AsyncGenerator<FileLabels, void>;
  /** Its candles and labels; null in a file that does not hold a chart's every candle. */
  rows: (() => AsyncGenerator<FileRow[], void>) | null;
};

type CsvReader<T> = (table: Table, pages: AsyncIterable<CsvRow[]>) => AsyncGenerator<T, void>;

/** Looks at the file at `path`; `fileName` is what its sender calls it, for messages only. */
export async function openLabelFile(path: string, fileName: string): Promise<LabelFile> {
  if (await isParquet(path)) {
    const rows = () => readParquet(path, fileName);
    return { fileName, rows, labels: () => labelsOf(rows()) };
  }
  const source = await openSource(path, fileName);
  const read = <T>(reader: CsvReader<T>) => readTable(source.chunks(), fileName, reader);
  if (await startsAsJson(source.chunks())) {
    return { fileName, rows: null, labels: () => readSpans(source.chunks(), fileName) };
  }
  const columns = await columnsOf(source.chunks(), fileName);
  if (columns.includes('label_type')) {
    return { fileName, rows: null, labels: () => read(readPoints) };
  }
  if (columns.includes('bar')) {
    return { fileName, rows: null, labels: () => read(readWindows) };
  }
  if (columns.includes('time_utc') && columns.includes('label')) {
    const rows = () => read(readBio);
    return { fileName, rows, labels: () => labelsOf(rows()) };
  }
  throw new AppError(
    'BAD_REQUEST',
    `${fileName} holds no labels: points have a column label_type, windows a column bar, tags the columns time_utc and label.`,
  );
}

async function isParquet(path: string): Promise<boolean> {
  // Whether there is such a file is for openSource to say.
  const file = await open(path).catch(() => null);
  if (!file) return false;
  try {
    if (!(await file.stat()).isFile()) return false;
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.toString('latin1') === 'PAR1';
  } finally {
    await file.close();
  }
}

async function startsAsJson(chunks: AsyncIterable<Uint8Array>): Promise<boolean> {
  for await (const chunk of chunks) {
    const text = Buffer.from(chunk.subarray(0, 1_000)).toString().trimStart();
    if (text) return text.startsWith('{') || text.startsWith('[');
  }
  return false;
}

async function columnsOf(chunks: AsyncIterable<Uint8Array>, fileName: string): Promise<string[]> {
  for await (const [header] of readCsv(chunks, fileName)) {
    if (header) return new Table(header, fileName).columns;
  }
  return [];
}

async function* readTable<T>(
  chunks: AsyncIterable<Uint8Array>,
  fileName: string,
  reader: CsvReader<T>,
): AsyncGenerator<T, void> {
  const pages = readCsv(chunks, fileName);
  for (;;) {
    const { value, done } = await pages.next();
    if (done) return;
    const [header, ...rows] = value;
    if (!header) continue;
    yield* reader(new Table(header, fileName), following(rows, pages));
    return;
  }
}

async function* following(first: CsvRow[], pages: AsyncIterable<CsvRow[]>) {
  yield first;
  yield* pages;
}
