import type { UtcSeconds } from '@/contract/units';

/** PGCOPY, a newline and three bytes that a text conversion would break; no flags, no extension. */
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
/** Where a row's number of columns would stand, after the last one. */
export const END = -1;
/** Before the first row, and after the last. */
export const HEADER_BYTES = SIGNATURE.length;
export const TRAILER_BYTES = 2;
/** PostgreSQL counts microseconds from 2000-01-01. */
export const POSTGRES_EPOCH: UtcSeconds = 946_684_800;

/** The largest fields that are not of any length: eight bytes. */
const LARGEST_FIXED = 4 + 8;
const JSONB_VERSION = 1;
const FIRST_BYTES = 1 << 16;

/** Rows in PostgreSQL's binary COPY format. */
export class Rows {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #at = SIGNATURE.length;
  /** What all fields of the row may take that are not of any length. */
  #fixed = 0;

  constructor() {
    this.#bytes.set(SIGNATURE);
  }

  /** Forgets all rows, to be filled again; what `done` gave must not be in use any more. */
  clear() {
    this.#at = SIGNATURE.length;
  }

  row(columns: number) {
    this.#fixed = columns * LARGEST_FIXED;
    this.#reserve(2);
    this.#view.setInt16(this.#at, columns);
    this.#at += 2;
  }

  /** A whole row that is encoded already. */
  encoded(row: Uint8Array) {
    this.#fixed = 0;
    this.#reserve(row.length);
    this.#bytes.set(row, this.#at);
    this.#at += row.length;
  }

  null() {
    this.#view.setInt32(this.#at, -1);
    this.#at += 4;
  }

  int4(value: number) {
    this.#view.setInt32(this.#at, 4);
    this.#view.setInt32(this.#at + 4, value);
    this.#at += 8;
  }

  /** A whole number that a double holds exactly. */
  int8(value: number) {
    this.#view.setInt32(this.#at, 8);
    this.#view.setInt32(this.#at + 4, Math.floor(value / 2 ** 32));
    this.#view.setUint32(this.#at + 8, value - Math.floor(value / 2 ** 32) * 2 ** 32);
    this.#at += 12;
  }

  bigint(value: bigint) {
    this.#view.setInt32(this.#at, 8);
    this.#view.setBigInt64(this.#at + 4, value);
    this.#at += 12;
  }

  float8(value: number) {
    this.#view.setInt32(this.#at, 8);
    this.#view.setFloat64(this.#at + 4, value);
    this.#at += 12;
  }

  timestamp(time: UtcSeconds) {
    this.int8(Math.round((time - POSTGRES_EPOCH) * 1e6));
  }

  text(value: string) {
    this.#reserve(4 + 3 * value.length);
    const length = this.#bytes.write(value, this.#at + 4);
    this.#view.setInt32(this.#at, length);
    this.#at += 4 + length;
  }

  /** JSON text, for a column of jsonb. */
  jsonb(text: string) {
    this.#reserve(5 + 3 * text.length);
    this.#bytes[this.#at + 4] = JSONB_VERSION;
    const length = this.#bytes.write(text, this.#at + 5);
    this.#view.setInt32(this.#at, 1 + length);
    this.#at += 5 + length;
  }

  bytes(value: Uint8Array) {
    this.#reserve(4 + value.length);
    this.#view.setInt32(this.#at, value.length);
    this.#bytes.set(value, this.#at + 4);
    this.#at += 4 + value.length;
  }

  done(): Uint8Array {
    this.#view.setInt16(this.#at, END);
    return this.#bytes.subarray(0, this.#at + TRAILER_BYTES);
  }

  #reserve(bytes: number) {
    const needed = this.#at + bytes + this.#fixed + TRAILER_BYTES;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
