import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Rowid } from '../source/cell';
import { refuseFull } from '../source/snapshot';

/** What became of a row of the file; `changed`: it is stored, but not all that its cells held. */
export type RowOutcome = 'stored' | 'changed' | 'rejected';
const ROW_OUTCOMES: RowOutcome[] = ['stored', 'changed', 'rejected'];

export type ConvertedRow = {
  rowid: Rowid;
  outcome: RowOutcome;
  /** As a row of a COPY, empty when it is rejected; the next one overwrites it. */
  row: Buffer;
};

/** Of a record, before its row: the row's id, its outcome, and its length. */
const HEAD_BYTES = 8 + 1 + 4;
const BUFFER_BYTES = 1 << 16;

/**
 * Every row of a table as it was converted, in a file: so that rows are converted once, and what is sent
 * and what is expected back are the same.
 */
export class MarkSpool {
  readonly #path: string;
  readonly #file: number;
  #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #at = 0;

  constructor(folder: string, table: string) {
    this.#path = join(folder, table);
    this.#file = openSync(this.#path, 'wx', 0o600);
  }

  add(rowid: Rowid, outcome: RowOutcome, row: Uint8Array) {
    const bytes = HEAD_BYTES + row.length;
    if (this.#at + bytes > this.#buffer.length) this.#write();
    if (bytes > this.#buffer.length) this.#buffer = Buffer.allocUnsafeSlow(2 * bytes);
    this.#buffer.writeBigInt64BE(BigInt(rowid), this.#at);
    this.#buffer[this.#at + 8] = ROW_OUTCOMES.indexOf(outcome);
    this.#buffer.writeInt32BE(row.length, this.#at + 9);
    this.#buffer.set(row, this.#at + HEAD_BYTES);
    this.#at += bytes;
  }

  /** Nothing may be added afterwards. */
  end() {
    this.#write();
    closeSync(this.#file);
  }

  #write() {
    try {
      for (let from = 0; from < this.#at; ) {
        from += writeSync(this.#file, this.#buffer, from, this.#at - from);
      }
    } catch (error) {
      throw refuseFull(error);
    }
    this.#at = 0;
  }

  /** The rows after `after`, in the order of their row ids. */
  *after(after: Rowid | null): Iterable<ConvertedRow> {
    const file = openSync(this.#path, 'r');
    const converted: ConvertedRow = { rowid: 0, outcome: 'stored', row: this.#buffer };
    let buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
    let [from, end] = [0, 0];
    /** Reads on until so many bytes are there; false at the end of the file. */
    const need = (bytes: number): boolean => {
      if (end - from >= bytes) return true;
      const rest = buffer.subarray(from, end);
      if (bytes > buffer.length) buffer = Buffer.allocUnsafeSlow(2 * bytes);
      buffer.set(rest);
      [from, end] = [0, rest.length];
      for (let read = 1; end < bytes && read > 0; end += read) {
        read = readSync(file, buffer, end, buffer.length - end, null);
      }
      return end >= bytes;
    };
    try {
      while (need(HEAD_BYTES)) {
        const id = buffer.readBigInt64BE(from);
        const bytes = HEAD_BYTES + buffer.readInt32BE(from + 9);
        need(bytes);
        converted.rowid = Number.isSafeInteger(Number(id)) ? Number(id) : id;
        converted.outcome = ROW_OUTCOMES[buffer[from + 8]!]!;
        converted.row = buffer.subarray(from + HEAD_BYTES, from + bytes);
        from += bytes;
        if (after === null || converted.rowid > after) yield converted;
      }
    } finally {
      closeSync(file);
    }
  }
}
