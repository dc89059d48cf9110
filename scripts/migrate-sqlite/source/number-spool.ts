import { closeSync, openSync, readSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Rowid } from './cells';
import { isFull } from './snapshot';
import type { NumberCursor } from './sqlite';

/** Records that are written, and read, at once. */
const RECORDS = 1_024;
const BYTES = 8;
const TYPE_BITS = 3;
/** As many types as fit into 30 bits. */
const MOST_COLUMNS = 10;
/** Left free beside it. */
const SPARE_BYTES = 256 << 20;

/**
 * What a pass through a table found, in a file of plain numbers, so that later passes need not ask
 * SQLite, which takes ten times as long. A record is a row id, the types of its cells, and the cells.
 */
export class NumberSpool {
  readonly #path: string;
  readonly #size: number;
  readonly #records: Float64Array;
  #file: number | null;
  #at = 0;
  #isWhole = true;

  constructor(
    folder: string,
    readonly columns: string[],
  ) {
    this.#path = join(folder, 'numbers');
    this.#size = 2 + columns.length;
    this.#records = new Float64Array(RECORDS * this.#size);
    this.#file = openSync(this.#path, 'wx', 0o600);
  }

  /** Null where there is no room for it. */
  static open(folder: string, columns: string[], rows: number): NumberSpool | null {
    const { bavail, bsize } = statfsSync(folder);
    const bytes = rows * (2 + columns.length) * BYTES;
    const fits = columns.length <= MOST_COLUMNS && bytes + SPARE_BYTES < bavail * bsize;
    return fits ? new NumberSpool(folder, columns) : null;
  }

  /** A row whose cells have these types; where one is no number's, the cell counts for nothing. */
  add(rowid: number, types: Uint8Array, cells: Float64Array) {
    if (!this.#isWhole) return;
    if (!Number.isSafeInteger(rowid)) {
      this.#giveUp();
      return;
    }
    const records = this.#records;
    let at = this.#at;
    let packed = 0;
    records[at++] = rowid;
    for (let i = 0; i < types.length; i++) packed |= types[i]! << (TYPE_BITS * i);
    records[at++] = packed;
    for (let i = 0; i < cells.length; i++) records[at++] = cells[i]!;
    this.#at = at;
    if (at === records.length) this.#write();
  }

  /** Whether it holds all rows; it is complete then. */
  end(): boolean {
    if (this.#isWhole) this.#write();
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
    return this.#isWhole;
  }

  /** The rows after `after`: their ids, and these columns of them. */
  cursor(after: Rowid | null, columns: string[]): NumberCursor {
    const file = openSync(this.#path, 'r');
    const size = this.#size;
    const records = new Float64Array(RECORDS * size);
    const places = [0, ...columns.map((name) => 2 + this.columns.indexOf(name))];
    let [at, end] = [0, 0];
    const next = () => {
      at += size;
      if (at < end) return true;
      end = readSync(file, records) / BYTES;
      at = 0;
      return end > 0;
    };
    return {
      step() {
        while (next()) if (after === null || records[at]! > after) return true;
        return false;
      },
      type: (column) => (records[at + 1]! >> (TYPE_BITS * (places[column]! - 2))) & 7,
      number: (column) => records[at + places[column]!]!,
      integer: (column) => BigInt(records[at + places[column]!]!),
      close: () => closeSync(file),
    };
  }

  #write() {
    if (this.#file === null || this.#at === 0) return;
    try {
      const bytes = new Uint8Array(this.#records.buffer, 0, this.#at * BYTES);
      for (let from = 0; from < bytes.length; ) {
        from += writeSync(this.#file, bytes, from);
      }
      this.#at = 0;
    } catch (error) {
      // A full disk only means that the table is read once more.
      if (!isFull(error)) throw error;
      this.#giveUp();
    }
  }

  #giveUp() {
    this.#isWhole = false;
    rmSync(this.#path);
  }
}
