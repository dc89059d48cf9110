import { AppError } from '../errors';

/** A formula that `csvLine` has made harmless. */
const QUOTED_FORMULA = /^''*[=+\-@\t\r\n＝＋－＠]/;
const MAX_ROW = 1 << 24;

/** `cells` as they were written; `line` is where the row begins, from 1. */
export type CsvRow = { line: number; cells: (string | null)[] };

/** Reads rows back, some at a time; blank lines are passed over. */
export async function* readCsv(
  chunks: AsyncIterable<Uint8Array>,
  fileName: string,
): AsyncGenerator<CsvRow[], void> {
  const decoder = new TextDecoder();
  const scan = new Scan(fileName);
  for await (const chunk of chunks) {
    const rows = scan.take(decoder.decode(chunk, { stream: true }));
    if (rows.length > 0) yield rows;
  }
  yield scan.end(decoder.decode());
}

class Scan {
  readonly #fileName: string;
  /** What has been read and is not a whole row yet. */
  #rest = '';
  #line = 1;

  constructor(fileName: string) {
    this.#fileName = fileName;
  }

  take(text: string): CsvRow[] {
    this.#rest += text;
    const rows: CsvRow[] = [];
    let at = 0;
    let quote = this.#find('"', 0);
    for (;;) {
      let newline = this.#find('\n', at);
      // A newline in quotes ends no row.
      while (quote < newline) {
        const close = this.#find('"', quote + 1);
        if (newline < close) newline = this.#find('\n', close);
        quote = this.#find('"', close + 1);
      }
      if (newline === Number.POSITIVE_INFINITY) break;
      this.#add(rows, this.#rest.slice(at, newline));
      at = newline + 1;
    }
    this.#rest = this.#rest.slice(at);
    if (this.#rest.length > MAX_ROW) {
      throw this.#error(`is longer than ${MAX_ROW / 2 ** 20} million characters`);
    }
    return rows;
  }

  /** Infinity when it is not there, or not yet. */
  #find(sign: string, from: number): number {
    const at = from < this.#rest.length ? this.#rest.indexOf(sign, from) : -1;
    return at < 0 ? Number.POSITIVE_INFINITY : at;
  }

  end(text: string): CsvRow[] {
    const rows = this.take(`${text}\n`);
    if (this.#rest) throw this.#error('opens a quote that is never closed');
    return rows;
  }

  #add(rows: CsvRow[], row: string) {
    const line = this.#line;
    this.#line += row.includes('\n') ? row.split('\n').length : 1;
    const text = row.endsWith('\r') ? row.slice(0, -1) : row;
    if (text === '') return;
    const cells = text.includes('"') ? quoted(text) : plain(text);
    if (!cells) {
      const where = `${this.#fileName}: the row at line ${line}`;
      throw new AppError('BAD_REQUEST', `${where} has a quote in the middle of a cell.`);
    }
    rows.push({ line, cells });
  }

  #error(what: string) {
    return new AppError('BAD_REQUEST', `${this.#fileName}: the row at line ${this.#line} ${what}.`);
  }
}

const plain = (row: string) => row.split(',').map((cell) => (cell === '' ? null : unsafe(cell)));

/** null for quotes that enclose no whole cell. */
function quoted(row: string): (string | null)[] | null {
  const cells: (string | null)[] = [];
  for (let at = 0; at <= row.length; ) {
    if (row[at] !== '"') {
      const comma = row.indexOf(',', at);
      const end = comma < 0 ? row.length : comma;
      const cell = row.slice(at, end);
      if (cell.includes('"')) return null;
      cells.push(cell === '' ? null : unsafe(cell));
      at = end + 1;
      continue;
    }
    let close = row.indexOf('"', at + 1);
    while (close >= 0 && row[close + 1] === '"') close = row.indexOf('"', close + 2);
    if (close < 0 || (close + 1 < row.length && row[close + 1] !== ',')) return null;
    cells.push(unsafe(row.slice(at + 1, close).replaceAll('""', '"')));
    at = close + 2;
  }
  return cells;
}

const unsafe = (cell: string) => (QUOTED_FORMULA.test(cell) ? cell.slice(1) : cell);
