import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const HEADER_BYTES = 100;
const LEAF = 13;
const INTERIOR = 5;
const WINDOW_BYTES = 1 << 18;

/** Thrown at whatever is not as the old app left it; SQLite itself then reads the table. */
export class UnusualPage extends Error {
  override name = 'UnusualPage';
}

/** Goes through the leaves of a table's tree, cell by cell. */
export class PageTree {
  readonly #file: number;
  readonly #size: number;
  readonly #count: number;
  /** What a page may use of itself. */
  readonly usable: number;
  /** Some pages that lie side by side, the first of them `#first`, from 0. */
  readonly bytes: Buffer;
  readonly view: DataView;
  #first = Number.NEGATIVE_INFINITY;
  /** The pages that are still to come, the next one last. */
  readonly #ahead: number[];
  #visited = 0;
  /** Of the leaf in `bytes`: its end, the pointers to its cells, and how many of them are left. */
  end = 0;
  #base = 0;
  #pointer = 0;
  #left = 0;
  cellAt = 0;

  constructor(path: string, root: number) {
    this.#file = openSync(path, 'r');
    const header = Buffer.alloc(HEADER_BYTES);
    readSync(this.#file, header, 0, HEADER_BYTES, 0);
    const size = header.readUInt16BE(16);
    this.#size = size === 1 ? 1 << 16 : size;
    this.usable = this.#size - header[20]!;
    this.#count = Math.floor(fstatSync(this.#file).size / this.#size);
    this.bytes = Buffer.alloc(WINDOW_BYTES);
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, WINDOW_BYTES);
    this.#ahead = [root];
  }

  nextCell(): boolean {
    while (this.#left === 0) if (!this.#nextPage()) return false;
    this.#left--;
    this.cellAt = this.#base + this.view.getUint16(this.#pointer);
    this.#pointer += 2;
    return true;
  }

  #nextPage(): boolean {
    const page = this.#ahead.pop();
    if (page === undefined) return false;
    // A tree has no page twice.
    if (page < 1 || page > this.#count || ++this.#visited > this.#count) {
      throw new UnusualPage('a page that there is not');
    }
    this.#load(page - 1);
    const header = this.#base + (page === 1 ? HEADER_BYTES : 0);
    const kind = this.bytes[header]!;
    const cells = this.view.getUint16(header + 3);
    this.#pointer = header + (kind === LEAF ? 8 : 12);
    if (this.#pointer + 2 * cells > this.end) throw new UnusualPage('too many cells');
    if (kind === LEAF) this.#left = cells;
    else if (kind === INTERIOR) this.#putAhead(cells, this.view.getUint32(header + 8));
    else throw new UnusualPage('a page of another kind');
    return true;
  }

  #putAhead(cells: number, last: number) {
    this.#ahead.push(last);
    for (let i = cells - 1; i >= 0; i--) {
      const cell = this.#base + this.view.getUint16(this.#pointer + 2 * i);
      if (cell + 4 > this.end) throw new UnusualPage('a cell out of place');
      this.#ahead.push(this.view.getUint32(cell));
    }
  }

  #load(page: number) {
    if (page < this.#first || page >= this.#first + WINDOW_BYTES / this.#size) {
      this.#first = page;
      readSync(this.#file, this.bytes, 0, WINDOW_BYTES, page * this.#size);
    }
    this.#base = (page - this.#first) * this.#size;
    this.end = this.#base + this.usable;
  }

  close() {
    closeSync(this.#file);
  }
}
