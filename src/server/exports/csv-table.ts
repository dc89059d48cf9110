import { type Cell, csvLine } from '@/contract/csv-line';
import { AppError } from '../errors';
import type { CsvRow } from './csv-rows';
import type { FileRecord } from './field-columns';
import { columnNames, isLocal, isTimeColumn, recordTime } from './file-time';
import { isWrittenTime } from './iso-time';
import type { Notation } from './notation';
import { JSON_COLUMNS, NUMBERS, readJson } from './records';

const PRICES = new Set(['open', 'high', 'low', 'close', 'volume']);
/** A formula that `csvLine` has made harmless. */
const QUOTED_FORMULA = /^''*[=+\-@\t\r\n＝＋－＠]/;

/** A line with the record's values under `columns`, lists and objects as JSON. */
export function recordLine(columns: readonly string[], record: FileRecord): string {
  return csvLine(columns.map((column) => cellOf(record[column])));
}

function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  return typeof value === 'number' || typeof value === 'string' ? value : JSON.stringify(value);
}

/** Reads rows of CSV as records, by the names of their header. */
export class CsvTable {
  readonly #fileName: string;
  readonly #header: string[];
  readonly columns: string[];

  readonly #written: Notation;

  constructor(header: CsvRow, fileName: string, written: Notation) {
    this.#fileName = fileName;
    this.#written = written;
    this.#header = header.cells.map((cell) => cell ?? '');
    this.columns = columnNames(this.#header);
    const twice = this.columns.find((name, i) => name && this.columns.indexOf(name) < i);
    if (twice === undefined) return;
    const what = `two columns are called ${twice}. Rename or remove one of them`;
    throw new AppError('BAD_REQUEST', `${this.where(header)}: ${what}.`);
  }

  /** Its columns that are none of `known`, as the file calls them; an index has no name. */
  others = (known: readonly string[]) =>
    this.#header.filter((name, i) => name && !known.includes(this.columns[i]!));

  where = ({ line }: CsvRow) => `${this.#fileName}: line ${line}`;

  record(row: CsvRow): FileRecord {
    const { cells } = row;
    if (cells.length !== this.columns.length) {
      const has = `has ${cells.length} cells and the header ${this.columns.length}`;
      throw new AppError('BAD_REQUEST', `${this.where(row)} ${has}.`);
    }
    const record: FileRecord = {};
    for (const [i, column] of this.columns.entries()) {
      const cell = cells[i] ?? null;
      record[column] = cell === null ? null : this.#value(row, column, formulaBack(cell));
    }
    return record;
  }

  /** Each row as a record, and where it stands. */
  async *records(pages: AsyncIterable<CsvRow[]>) {
    for await (const rows of pages) {
      for (const row of rows) yield { record: this.record(row), where: this.where(row) };
    }
  }

  #value(row: CsvRow, column: string, cell: string): unknown {
    if (JSON_COLUMNS.has(column)) return readJson(cell, `${this.where(row)}: ${column}`);
    if (isTimeColumn(column) && !isWrittenTime(cell)) {
      const called = this.#header[this.columns.indexOf(column)];
      if (called && isLocal(called) && !OFFSET.test(cell)) {
        const what = `${called}, “${cell}”, has no offset. Write it as 2024-01-31T09:30:00-05:00`;
        throw new AppError('BAD_REQUEST', `${this.where(row)}: ${what}.`);
      }
      const time = this.#written.readTime(cell.trim());
      return Number.isNaN(time) ? cell : recordTime(cell, time);
    }
    const { decimalComma } = this.#written;
    if (PRICES.has(column)) return decimalComma ? cell.replace(',', '.') : cell;
    if (!NUMBERS.has(column)) return cell;
    const number = Number(decimalComma ? cell.replace(',', '.') : cell);
    // What is no number is said to be none by whoever knows what has to stand here.
    return Number.isNaN(number) ? cell : number;
  }
}

/** `+01:00`, `-0500`, `EST` or `America/New_York]`, and no `PM`. */
const OFFSET = /:\d\d.*([+-]\d\d:?\d\d|(?<![\s\d][ap])[a-z]\]?)\s*$/i;

const formulaBack = (cell: string) => (QUOTED_FORMULA.test(cell) ? cell.slice(1) : cell);

/** What a file says about one chart; null where the file does not name it. */
export const chartOf = (record: FileRecord) =>
  typeof record.chart === 'string' ? record.chart : null;
