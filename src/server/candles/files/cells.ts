const QUOTE = 34;
const SPACE = 32;
/** Cells beyond it are not looked at; a mapping has 200 columns at most. */
const MAX_CELLS = 256;

/** Splits a line of bytes into cells, without the spaces around them and without quotes. */
export class Cells {
  /** The bytes that `starts` and `ends` point into. */
  bytes: Uint8Array = new Uint8Array();
  readonly starts = new Int32Array(MAX_CELLS);
  readonly ends = new Int32Array(MAX_CELLS);
  count = 0;
  readonly #delimiter: number;
  #unquoted = new Uint8Array();

  constructor(delimiter: string) {
    this.#delimiter = delimiter.charCodeAt(0);
  }

  split(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.count = 0;
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

  #cell(start: number, end: number) {
    if (this.count === MAX_CELLS) return;
    let [from, to] = [start, end];
    while (from < to && this.bytes[from] === SPACE) from++;
    while (to > from && this.bytes[to - 1] === SPACE) to--;
    this.starts[this.count] = from;
    this.ends[this.count++] = to;
  }

  /** Copies the line without its quotes; a doubled quote inside quotes is one of the text. */
  #splitQuoted(line: Uint8Array, start: number, end: number) {
    if (this.#unquoted.length < end - start) this.#unquoted = new Uint8Array(2 * (end - start));
    const copy = this.#unquoted;
    this.bytes = copy;
    let length = 0;
    let from = 0;
    let quoted = false;
    for (let at = start; at < end; at++) {
      const byte = line[at]!;
      if (byte === QUOTE) {
        if (quoted && line[at + 1] === QUOTE && at + 1 < end) copy[length++] = line[++at]!;
        else quoted = !quoted;
      } else if (byte === this.#delimiter && !quoted) {
        this.#cell(from, length);
        from = length;
      } else copy[length++] = byte;
    }
    this.#cell(from, length);
  }
}
