import type { Rowid } from './cells';
import { BLOB, INTEGER, NULL, type NumberCursor, REAL, TEXT } from './number-cursor';
import { PageTree, UnusualPage } from './page-tree';

/** A table as a file's schema describes it. */
export type PagedTable = {
  /** The first page of its tree. */
  root: number;
  /** How many columns it has. */
  width: number;
  /** Where each wanted column stands in a record, and whether whole numbers in it are real ones. */
  columns: { place: number; isReal: boolean; isRowid: boolean }[];
};

/** More of a record than that may lie elsewhere. */
const OVERFLOW = 35;
/** By serial type: the bytes of a number. */
const SIZES = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

/**
 * Reads a table, in the order of row ids, from the pages of a file that nobody writes to: SQLite
 * takes three times as long. It reads no record that is spread over pages, and none with fewer
 * fields than the table has columns; whatever does not add up is unusual.
 * The format: https://www.sqlite.org/fileformat2.html
 */
export class PageCursor implements NumberCursor {
  readonly #pages: PageTree;
  readonly #after: number;
  #rowid = Number.NEGATIVE_INFINITY;
  /** Of each wanted column: its serial type in the record, and where its bytes begin. */
  readonly #serials: Int32Array;
  readonly #places: Int32Array;
  /** By place in a record, the wanted column or -1. */
  readonly #wanted: Int32Array;

  constructor(
    path: string,
    readonly table: PagedTable,
    after: Rowid | null,
  ) {
    const { columns, root } = table;
    this.#pages = new PageTree(path, root);
    this.#after = after === null ? Number.NEGATIVE_INFINITY : Number(after);
    this.#serials = new Int32Array(columns.length);
    this.#places = new Int32Array(columns.length);
    this.#wanted = new Int32Array(Math.max(0, ...columns.map(({ place }) => place + 1))).fill(-1);
    for (const [i, { place }] of columns.entries()) this.#wanted[place] = i;
  }

  step(): boolean {
    while (this.#pages.nextCell()) {
      this.#readCell();
      if (this.#rowid > this.#after) return true;
    }
    return false;
  }

  /** A cell is the record's length and the row id, as varints, and the record. */
  #readCell() {
    const { bytes, end, usable } = this.#pages;
    let at = this.#pages.cellAt;
    let length = bytes[at++]!;
    if (length >= 128) length = (length & 127) * 128 + below128(bytes[at++]!);
    let rowid = 0;
    let byte = bytes[at++]!;
    for (let i = 0; byte >= 128; i++) {
      if (i === 6) throw new UnusualPage('a row id of more than 49 bits');
      rowid = rowid * 128 + (byte & 127);
      byte = bytes[at++]!;
    }
    rowid = rowid * 128 + byte;
    if (rowid <= this.#rowid || length > usable - OVERFLOW || at + length > end) {
      throw new UnusualPage('a record out of place');
    }
    this.#rowid = rowid;
    this.#readRecord(bytes, at, at + length);
  }

  /** A record is the length of its header, the types in it, and the values. */
  #readRecord(bytes: Buffer, start: number, end: number) {
    const wanted = this.#wanted;
    const typesEnd = start + below128(bytes[start]!);
    let value = typesEnd;
    let at = start + 1;
    let place = 0;
    for (; at < typesEnd; place++) {
      let serial = bytes[at++]!;
      if (serial >= 128) serial = (serial & 127) * 128 + below128(bytes[at++]!);
      const column = place < wanted.length ? wanted[place]! : -1;
      if (column >= 0) {
        this.#serials[column] = serial;
        this.#places[column] = value;
      }
      if (serial >= 12) value += (serial - 12) >> 1;
      else if (serial < 10) value += SIZES[serial]!;
      else throw new UnusualPage('a type that there is not');
    }
    if (at !== typesEnd || value !== end || place < this.table.width) {
      throw new UnusualPage('a record that does not add up');
    }
  }

  type(column: number): number {
    if (column === 0) return INTEGER;
    const { isReal, isRowid } = this.table.columns[column - 1]!;
    const serial = this.#serials[column - 1]!;
    if (serial === 7) return REAL;
    if (serial >= 12) return serial % 2 === 1 ? TEXT : BLOB;
    if (serial === 0) return isRowid ? INTEGER : NULL;
    return isReal ? REAL : INTEGER;
  }

  number(column: number): number {
    if (column === 0) return this.#rowid;
    const { view } = this.#pages;
    const at = this.#places[column - 1]!;
    switch (this.#serials[column - 1]!) {
      case 0:
        return this.table.columns[column - 1]!.isRowid ? this.#rowid : Number.NaN;
      case 1:
        return view.getInt8(at);
      case 2:
        return view.getInt16(at);
      case 3:
        return view.getInt16(at) * 2 ** 8 + view.getUint8(at + 2);
      case 4:
        return view.getInt32(at);
      case 5:
        return view.getInt16(at) * 2 ** 32 + view.getUint32(at + 2);
      case 6:
        return view.getInt32(at) * 2 ** 32 + view.getUint32(at + 4);
      case 7:
        return real(view.getFloat64(at));
      case 8:
        return 0;
      case 9:
        return 1;
      default:
        return Number.NaN;
    }
  }

  integer(column: number): bigint {
    const isLong = column > 0 && this.#serials[column - 1] === 6;
    return isLong
      ? this.#pages.view.getBigInt64(this.#places[column - 1]!)
      : BigInt(this.number(column));
  }

  /** A copy of those of a text or a blob. */
  bytes(column: number): Uint8Array {
    const at = this.#places[column - 1]!;
    return new Uint8Array(this.#pages.bytes.subarray(at, at + this.#length(column)));
  }

  /** A text that is ASCII, and without a NUL; null for any other one. */
  ascii(column: number): string | null {
    const { bytes } = this.#pages;
    const at = this.#places[column - 1]!;
    const end = at + this.#length(column);
    for (let i = at; i < end; i++) if (bytes[i] === 0 || bytes[i]! > 127) return null;
    return bytes.toString('latin1', at, end);
  }

  #length(column: number): number {
    return (this.#serials[column - 1]! - 12) >> 1;
  }

  close() {
    this.#pages.close();
  }
}

/** The last byte of a varint; there are none of more than two bytes where little is counted. */
function below128(byte: number): number {
  if (byte >= 128) throw new UnusualPage('a long record');
  return byte;
}

/** SQLite takes NaN for NULL. */
function real(value: number): number {
  if (Number.isNaN(value)) throw new UnusualPage('a number that is none');
  return value;
}
