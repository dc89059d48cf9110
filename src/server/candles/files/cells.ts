import { MAX_COLUMNS } from '@/contract/uploads';

const QUOTE = 34;
const SPACE = 32;
const APOSTROPHE = 39;
const EQUALS = 61;
/** Cells beyond it are not looked at. */
const MAX_CELLS = MAX_COLUMNS;

/**
 * Splits a line of bytes into cells, without quotes; numbers and times without the spaces around
 * them too, `texts` to the byte.
 */
export class Cells {
  /** The bytes that `starts` and `ends` point into. */
  bytes: Uint8Array = new Uint8Array();
  readonly starts = new Int32Array(MAX_CELLS);
  readonly ends = new Int32Array(MAX_CELLS);
  count = 0;
  /** Whether a quote stood in the middle of a cell: the line may have been split where it should not. */
  hasStrayQuote = false;
  readonly #delimiter: number;
  readonly #keepsTexts: boolean;
  readonly #isQuoted = new Uint8Array(MAX_CELLS);
  #unquoted = new Uint8Array();

  constructor(delimiter: string, hold: 'values' | 'texts' = 'values') {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#keepsTexts = hold === 'texts';
  }

  split(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.count = 0;
    this.hasStrayQuote = false;
    if (this.#delimiter === SPACE) {
      this.#splitAligned(start, end);
      return;
    }
    let from = start;
    for (let at = start; at < end; at++) {
      const byte = bytes[at];
      if (byte === this.#delimiter) {
        this.#cell(from, at);
        from = at + 1;
      } else if (byte === QUOTE) {
        this.#splitQuoted(bytes, start, end);
        return;
      }
    }
    this.#cell(from, end);
  }

  text(index: number): string {
    const cell = this.bytes.subarray(this.starts[index], this.ends[index]);
    return Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength).toString('utf8');
  }

  isEmpty(index: number): boolean {
    return this.starts[index] === this.ends[index];
  }

  /** As `text`; null for nothing at all, which empty quotes are not. Of `texts` only. */
  textOrNull(index: number): string | null {
    return this.isEmpty(index) && !this.#isQuoted[index] ? null : this.text(index);
  }

  #cell(start: number, end: number, isQuoted = false) {
    if (this.count === MAX_CELLS) return;
    if (this.#keepsTexts) {
      this.#isQuoted[this.count] = Number(isQuoted);
      this.starts[this.count] = start;
      this.ends[this.count++] = end;
      return;
    }
    let [from, to] = [start, end];
    while (from < to && this.bytes[from] === SPACE) from++;
    while (to > from && this.bytes[to - 1] === SPACE) to--;
    // Single quotes around a cell, as SQL writes them.
    const isInSingle = this.bytes[from] === APOSTROPHE && this.bytes[to - 1] === APOSTROPHE;
    if (isInSingle && to - from > 1) {
      from++;
      to--;
    }
    this.starts[this.count] = from;
    this.ends[this.count++] = to;
  }

  /** Columns that blanks align, any number of them. */
  #splitAligned(start: number, end: number) {
    for (let at = start; at < end; ) {
      while (at < end && this.bytes[at] === SPACE) at++;
      let to = at;
      while (to < end && this.bytes[to] !== SPACE) to++;
      if (to > at) this.#cell(at, to);
      at = to;
    }
    if (this.count === 0) this.#cell(start, end);
  }

  /** Copies the line without its quotes; a doubled quote inside quotes is one of the text. */
  #splitQuoted(line: Uint8Array, start: number, end: number) {
    if (this.#unquoted.length < end - start) this.#unquoted = new Uint8Array(2 * (end - start));
    const copy = this.#unquoted;
    this.bytes = copy;
    this.count = 0;
    let length = 0;
    let from = 0;
    let quoted = false;
    let wasQuoted = false;
    for (let at = start; at < end; at++) {
      const byte = line[at]!;
      if (byte === QUOTE) {
        if (quoted && line[at + 1] === QUOTE && at + 1 < end) copy[length++] = line[++at]!;
        else {
          // ="2024-01-31", as spreadsheets are told that a text is one.
          const isFormula = length === from + 1 && copy[from] === EQUALS && !this.#keepsTexts;
          if (isFormula && !quoted && !wasQuoted) length = from;
          if (!quoted && (wasQuoted || length > from)) this.hasStrayQuote = true;
          quoted = !quoted;
          wasQuoted = true;
        }
      } else if (byte === this.#delimiter && !quoted) {
        this.#cell(from, length, wasQuoted);
        from = length;
        wasQuoted = false;
      } else {
        if (wasQuoted && !quoted) this.hasStrayQuote = true;
        copy[length++] = byte;
      }
    }
    this.#cell(from, length, wasQuoted);
    if (this.count === 1 && !this.#keepsTexts) this.#splitWhole(copy, length);
  }

  /** A whole line between quotes holds the cells: some programs quote it again. */
  #splitWhole(line: Uint8Array, end: number) {
    if (!line.subarray(0, end).includes(this.#delimiter)) return;
    if (line.subarray(0, end).includes(QUOTE)) this.split(line.slice(0, end), 0, end);
    else {
      this.count = 0;
      let from = 0;
      for (let at = 0; at <= end; at++) {
        if (at < end && line[at] !== this.#delimiter) continue;
        this.#cell(from, at);
        from = at + 1;
      }
    }
  }
}
