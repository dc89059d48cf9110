import { Cells } from '../candles/files/cells';
import { AppError } from '../errors';

const NEWLINE = 10;
const RETURN = 13;
const QUOTE = 34;
const MAX_ROW = 1 << 24;

/** `cells` as they were written, null for nothing at all; `line` is where the row begins, from 1. */
export type CsvRow = { line: number; cells: (string | null)[] };

/** Rows of a table of texts, some at a time; a text may have several lines. Blank lines are passed over. */
export async function* readRows(
  chunks: AsyncIterable<Uint8Array>,
  fileName: string,
  delimiter: string,
): AsyncGenerator<CsvRow[], void> {
  const reader = new RowsOfTexts(fileName, delimiter);
  for await (const chunk of chunks) {
    const rows = reader.take(chunk);
    if (rows.length > 0) yield rows;
  }
  yield reader.end();
}

class RowsOfTexts {
  readonly #fileName: string;
  readonly #cells: Cells;
  /** What has been read and is not a whole row yet. */
  #rest: Buffer = Buffer.alloc(0);
  #line = 1;

  constructor(fileName: string, delimiter: string) {
    this.#fileName = fileName;
    this.#cells = new Cells(delimiter, 'texts');
  }

  take(chunk: Uint8Array): CsvRow[] {
    const bytes = Buffer.concat([this.#rest, chunk]);
    const rows: CsvRow[] = [];
    const find = (byte: number, from: number) => {
      const at = bytes.indexOf(byte, from);
      return at < 0 ? Number.POSITIVE_INFINITY : at;
    };
    let at = 0;
    let quote = find(QUOTE, 0);
    for (;;) {
      let newline = find(NEWLINE, at);
      // A newline in quotes ends no row.
      while (quote < newline) {
        const close = find(QUOTE, quote + 1);
        if (newline < close) newline = find(NEWLINE, close);
        quote = find(QUOTE, close + 1);
      }
      if (newline === Number.POSITIVE_INFINITY) break;
      this.#add(rows, bytes, at, newline);
      at = newline + 1;
    }
    this.#rest = bytes.subarray(at);
    if (this.#rest.length > MAX_ROW) {
      throw this.#error(`is longer than ${MAX_ROW / 2 ** 20} MB`);
    }
    return rows;
  }

  end(): CsvRow[] {
    const rows = this.take(Buffer.from('\n'));
    if (this.#rest.length > 0) throw this.#error('opens a quote that is never closed');
    return rows;
  }

  #add(rows: CsvRow[], bytes: Buffer, start: number, newline: number) {
    const end = newline > start && bytes[newline - 1] === RETURN ? newline - 1 : newline;
    const cells = this.#cells;
    if (end > start) {
      cells.split(bytes, start, end);
      if (cells.hasStrayQuote) throw this.#error('has a quote in the middle of a cell');
      const texts = Array.from({ length: cells.count }, (_, i) => cells.textOrNull(i));
      rows.push({ line: this.#line, cells: texts });
    }
    for (let at = start; at <= newline; at++) if (bytes[at] === NEWLINE) this.#line++;
  }

  #error(what: string) {
    return new AppError('BAD_REQUEST', `${this.#fileName}: the row at line ${this.#line} ${what}.`);
  }
}
