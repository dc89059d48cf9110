import { closeSync, openSync, readSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Rowid } from './cells';
import { isFull } from './snapshot';
import type { NumberCursor } from './sqlite';

const BLOCK_ROWS = 1_024;
const BYTES = 8;
/** Left free beside a spool. */
const SPARE_BYTES = 256 << 20;

/** Rows of a table as columns of numbers, in one piece of memory. */
export class NumberBlock {
  readonly bytes: Uint8Array;
  readonly rowids: Float64Array;
  readonly types: Uint8Array[] = [];
  /** NaN where the type is no number's. */
  readonly numbers: Float64Array[] = [];
  length = 0;

  constructor(columns: number) {
    const bytes = new ArrayBuffer(bytesOf(columns, BLOCK_ROWS));
    this.bytes = new Uint8Array(bytes);
    let at = 0;
    const numbers = () => {
      at += BLOCK_ROWS * BYTES;
      return new Float64Array(bytes, at - BLOCK_ROWS * BYTES, BLOCK_ROWS);
    };
    this.rowids = numbers();
    for (let i = 0; i < columns; i++) this.numbers.push(numbers());
    for (let i = 0; i < columns; i++) {
      this.types.push(new Uint8Array(bytes, at + i * BLOCK_ROWS, BLOCK_ROWS));
    }
  }

  get isFull(): boolean {
    return this.length === BLOCK_ROWS;
  }
}

const bytesOf = (columns: number, rows: number) => rows * (BYTES + columns * (BYTES + 1));

/**
 * What a pass through a table found, in a file of plain numbers, so that later passes need not ask
 * SQLite, which takes ten times as long.
 */
export class NumberSpool {
  readonly #path: string;
  #file: number | null;
  #rows = 0;
  #isWhole = true;

  constructor(
    folder: string,
    readonly columns: string[],
  ) {
    this.#path = join(folder, 'numbers');
    this.#file = openSync(this.#path, 'wx', 0o600);
  }

  /** Null where there is no room for so many rows. */
  static open(folder: string, columns: string[], rows: number): NumberSpool | null {
    const { bavail, bsize } = statfsSync(folder);
    const fits = bytesOf(columns.length, rows) + SPARE_BYTES < bavail * bsize;
    return fits ? new NumberSpool(folder, columns) : null;
  }

  /** Full blocks, and a last one. */
  add({ bytes, rowids, length }: NumberBlock) {
    if (!this.#isWhole || this.#file === null) return;
    if (!rowids.subarray(0, length).every(Number.isSafeInteger)) {
      this.#giveUp();
      return;
    }
    try {
      for (let from = 0; from < bytes.length; ) from += writeSync(this.#file, bytes, from);
      this.#rows += length;
    } catch (error) {
      // A full disk only means that the table is read once more.
      if (!isFull(error)) throw error;
      this.#giveUp();
    }
  }

  /** Whether it holds all rows; it is complete then. */
  end(): boolean {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
    return this.#isWhole;
  }

  /** The rows after `after`: their ids, and these columns of them. */
  cursor(after: Rowid | null, columns: string[]): NumberCursor {
    const file = openSync(this.#path, 'r');
    const block = new NumberBlock(this.columns.length);
    const places = columns.map((name) => this.columns.indexOf(name));
    const numbers = [block.rowids, ...places.map((place) => block.numbers[place]!)];
    const types = [block.types[0]!, ...places.map((place) => block.types[place]!)];
    let [at, left] = [0, this.#rows];
    const next = (): boolean => {
      if (++at < block.length) return true;
      block.length = Math.min(left, BLOCK_ROWS);
      left -= block.length;
      at = 0;
      return block.length > 0 && readSync(file, block.bytes) === block.bytes.length;
    };
    return {
      step() {
        while (next()) if (after === null || block.rowids[at]! > after) return true;
        return false;
      },
      type: (column) => types[column]![at]!,
      number: (column) => numbers[column]![at]!,
      integer: (column) => BigInt(numbers[column]![at]!),
      close: () => closeSync(file),
    };
  }

  #giveUp() {
    this.#isWhole = false;
    rmSync(this.#path);
  }
}
