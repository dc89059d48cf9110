import { AppError } from '../../errors';
import type { ByteFile, ReadProgress } from './byte-file';
import { columnsIn, type JsonColumns } from './json-columns';
import {
  flatten,
  isRow,
  JsonError,
  type JsonRow,
  JsonRows,
  parseJson,
  type Wanted,
} from './json-rows';
import { tableLine } from './table-line';
import type { NamedTable, TableSource } from './table-source';
import { openText } from './text';

/** The records whose names make the header; other names in later ones are left out. */
const NAMED_BY = 1_000;

/** What keeps its columns one after the other is in memory as a whole. */
const MOST_OF_COLUMNS = 64 * 2 ** 20;

/** Not of a text whose header begins with a bracket: `[Date],[Open]`. In UTF-16 as well. */
export const isJson = (head: Buffer): boolean =>
  /^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*(\{\s*["}]|\[\s*(["{[\]]|-?\d))/.test(
    head.toString('latin1').replaceAll('\0', ''),
  );

/**
 * The tables in JSON: records or arrays in an array, in as many objects as there are around it, or
 * one after the other; of these about a megabyte is in memory, however long the file is. Or an array
 * for each column.
 */
export async function openJson(file: ByteFile): Promise<NamedTable[]> {
  const text = await openText(file);
  const { fileName } = file;
  const zone = await zoneIn(text);
  if (await isOfValues(text)) {
    return [{ name: fileName, open: async () => asTable(text, 'values') }];
  }
  const found = new JsonRows(null);
  await named(fileName, async () => {
    for await (const chunk of text.chunks()) {
      found.take(chunk);
      if (found.isSettled) return;
    }
    found.end();
  });
  const { paths } = found;
  if (paths.length === 0) {
    const columns = await columnsOf(text);
    if (columns) {
      return [{ name: fileName, open: async () => below(zone, asColumns(text, columns)) }];
    }
    const why =
      'is JSON, but holds no candles: they are read from an array of records or klines, from one on each line, or from an array for each column, with a time and open, high, low and close';
    throw new AppError('BAD_REQUEST', `${fileName} ${why}.`);
  }
  return paths.map((path) => ({
    name: paths.length === 1 ? fileName : path,
    open: async () => below(zone, asTable(text, { path })),
  }));
}

const ZONE = /"[\w. ]*time[ _]?zone[\w ]*"\s*:\s*"([^"\n]+)"/i;

/** The time zone that stands before the rows, as vendors say it of them; as a line above the table. */
async function zoneIn(text: TableSource): Promise<string> {
  const chunks = text.chunks();
  try {
    const { value } = await chunks.next();
    const [before = ''] = Buffer.from(value ?? '')
      .toString()
      .split('[');
    const [, zone] = ZONE.exec(before) ?? [];
    return zone === undefined ? '' : `Time zone: ${zone}\n`;
  } finally {
    await chunks.return();
  }
}

const below = (line: string, table: TableSource): TableSource => ({
  ...table,
  async *chunks(progress) {
    if (line !== '') yield Buffer.from(line);
    yield* table.chunks(progress);
  },
});

/** Whether the file is a row, and then another: JSON lines, or one kline alone. */
async function isOfValues(text: TableSource): Promise<boolean> {
  const rows = new JsonRows('values');
  try {
    for await (const chunk of text.chunks()) {
      const [first] = rows.take(chunk);
      return first !== undefined && isRow(first);
    }
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
  }
  return false;
}

async function columnsOf(text: TableSource): Promise<JsonColumns | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of text.chunks()) {
    chunks.push(Buffer.from(chunk));
    bytes += chunk.length;
    if (bytes > MOST_OF_COLUMNS) return null;
  }
  return named(text.fileName, async () => columnsIn(parseJson(Buffer.concat(chunks).toString())));
}

const asColumns = (text: TableSource, { names, rows }: JsonColumns): TableSource => ({
  ...text,
  async *chunks(progress: ReadProgress = { bytes: 0 }) {
    yield Buffer.from(tableLine(names));
    for (let at = 0; at < rows.length; at += NAMED_BY) {
      progress.bytes = Math.round((text.totalBytes * at) / rows.length);
      yield Buffer.from(
        rows
          .slice(at, at + NAMED_BY)
          .map(tableLine)
          .join(''),
      );
    }
  },
});

const asTable = (text: TableSource, wanted: Wanted): TableSource => ({
  ...text,
  chunks: (progress) => lines(text, wanted, progress),
});

async function* lines(
  text: TableSource,
  wanted: Wanted,
  progress?: ReadProgress,
): AsyncGenerator<Uint8Array, void> {
  const rows = new JsonRows(wanted);
  const table = new RowLines();
  const chunks = text.chunks(progress);
  try {
    for (;;) {
      const { value, done } = await chunks.next();
      const made = await named(text.fileName, async () => {
        if (!done) return table.take(rows.take(value));
        rows.end();
        return table.end();
      });
      if (made !== '') yield Buffer.from(made);
      if (done) return;
    }
  } finally {
    // Who has seen enough leaves the file open otherwise.
    await chunks.return();
  }
}

/** Rows as lines: arrays as they are, records under the names of the first ones. */
class RowLines {
  #first: JsonRow[] | null = [];
  #names: string[] | null = null;

  take(rows: JsonRow[]): string {
    if (!this.#first) return this.#write(rows);
    this.#first = this.#first.concat(rows);
    return this.#first.length < NAMED_BY ? '' : this.end();
  }

  end(): string {
    const first = this.#first ?? [];
    this.#first = null;
    const names = first
      .slice(0, NAMED_BY)
      .flatMap((row) => (Array.isArray(row) ? [] : [...flatten(row).keys()]));
    if (names.length === 0) return this.#write(first);
    this.#names = [...new Set(names)];
    return tableLine(this.#names) + this.#write(first);
  }

  #write(rows: JsonRow[]): string {
    return rows.map((row) => tableLine(this.#cells(row))).join('');
  }

  #cells(row: JsonRow): unknown[] {
    if (Array.isArray(row)) return row;
    const cells = flatten(row);
    return (this.#names ?? []).map((name) => cells.get(name));
  }
}

/** With the file's name in front of what is wrong with it. */
async function named<T>(fileName: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new AppError('BAD_REQUEST', `${fileName} ${error.message}.`);
  }
}
