import { looseNumber } from './columns';
import { columnsIn } from './json-columns';

/** Longer ones are none: what is kept in memory of a file of any size. */
export const LONGEST_ROW = 1 << 20;

/** A cell is a number as it is written, a text, or what a row keeps deeper. */
export type JsonRow = unknown[] | Record<string, unknown>;

export class JsonError extends Error {}

type Frame = {
  isArray: boolean;
  /** The keys that lead here. */
  path: string;
  /** The last text in it: of an object, the key of what opens next. */
  text: string;
  /** What an array holds, told by its first element; `other` for what can hold no rows. */
  holds: 'unknown' | 'rows' | 'other';
};

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN = { 91: ']', 123: '}' } as const;
const isOpen = (code: number): code is keyof typeof OPEN => code === 91 || code === 123;
const isClose = (code: number) => code === 93 || code === 125;

/** Rows: of the array at a path, or the values that follow each other; null only lists arrays. */
export type Wanted = { path: string } | 'values' | null;

/**
 * Finds rows in JSON that comes piece by piece: the elements of an array that no other array is
 * around, or values one after the other, as in JSON lines.
 */
export class JsonRows {
  /** The paths of the arrays that hold rows. */
  readonly paths: string[] = [];
  readonly #wanted: Wanted;
  readonly #decoder = new TextDecoder();
  readonly #stack: Frame[] = [];
  /** How many frames are around the row that is being read; -1 outside of rows. */
  #around = -1;
  /** What has been read of a row or a key; null when it is too long for one. */
  #kept: string | null = '';
  #inText = false;
  #isEscaped = false;

  constructor(wanted: Wanted) {
    this.#wanted = wanted;
  }

  /** No array of rows can follow. */
  get isSettled(): boolean {
    const [root] = this.#stack;
    return root?.isArray === true && root.holds !== 'unknown';
  }

  take(chunk: Uint8Array): JsonRow[] {
    return this.#scan(this.#decoder.decode(chunk, { stream: true }));
  }

  /** Throws a JsonError where the file was cut. */
  end() {
    if (this.#stack.length > 0 || this.#inText) throw new JsonError('ends in the middle');
  }

  #scan(text: string): JsonRow[] {
    const rows: JsonRow[] = [];
    let from = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (this.#inText) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (code === BACKSLASH) this.#isEscaped = true;
        else if (code === QUOTE) {
          this.#inText = false;
          const top = this.#stack.at(-1);
          if (this.#around < 0 && top) top.text = this.#keep(text.slice(from, i)) ?? '';
        }
      } else if (code === QUOTE) {
        this.#inText = true;
        if (this.#around < 0) [from, this.#kept] = [i + 1, ''];
      } else if (isOpen(code)) {
        if (this.#around < 0 && this.#isRowNext()) {
          [from, this.#kept, this.#around] = [i, '', this.#stack.length];
        }
        this.#open(code === 91);
      } else if (isClose(code)) {
        const isArray = code === 93;
        if (this.#stack.pop()?.isArray !== isArray) throw new JsonError('is no valid JSON');
        if (this.#stack.length === this.#around) {
          const row = this.#keep(text.slice(from, i + 1));
          this.#around = -1;
          this.#add(rows, row);
        }
      }
    }
    if (this.#around >= 0 || this.#inText) this.#kept = this.#keep(text.slice(from));
    return rows;
  }

  #keep(text: string): string | null {
    if (this.#kept === null || this.#kept.length + text.length > LONGEST_ROW) return null;
    return this.#kept + text;
  }

  #open(isArray: boolean) {
    const top = this.#stack.at(-1);
    const path = !top || top.isArray ? (top?.path ?? '') : joined(top.path, top.text);
    const mayHoldRows = isArray && this.#stack.every((frame) => !frame.isArray);
    this.#stack.push({ isArray, path, text: '', holds: mayHoldRows ? 'unknown' : 'other' });
  }

  #isRowNext(): boolean {
    const top = this.#stack.at(-1);
    if (this.#wanted === 'values') return !top;
    if (!top || top.holds === 'other') return false;
    return top.holds === 'unknown' || top.path === this.#wanted?.path;
  }

  #add(rows: JsonRow[], text: string | null) {
    const top = this.#stack.at(-1);
    if (top?.holds === 'unknown') {
      const value = text === null ? null : parse(text);
      top.holds = value && (isRow(value) || isHeader(value)) ? 'rows' : 'other';
      if (top.holds === 'other') return;
      this.paths.push(top.path);
      if (value && this.#wanted !== 'values' && this.#wanted?.path === top.path) rows.push(value);
      return;
    }
    if (text === null) throw new JsonError('has a row of more than a million characters');
    rows.push(parse(text));
  }
}

const joined = (path: string, key: string) => (path === '' ? key : `${path}.${key}`);

/** Texts, and numbers beside them, among them the NaN that Python writes. */
const SCALARS = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|-?Infinity|NaN/g;

/** Numbers become texts: as JavaScript's they would lose digits of nanoseconds. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(SCALARS, (found) => (found[0] === '"' ? found : `"${found}"`)));
  } catch {
    throw new JsonError(`is no valid JSON: “${text.slice(0, 60)}” cannot be read`);
  }
}

const LEAST_NUMBERS = 4;
const isNumber = (value: unknown) => typeof value === 'string' && !Number.isNaN(looseNumber(value));
const isText = (value: unknown) => typeof value === 'string' && !isNumber(value);

const parse = (text: string) => parseJson(text) as JsonRow;

/** Four prices and a time, which may be text. */
export function isRow(row: JsonRow): boolean {
  const cells = Array.isArray(row) ? row : [...flatten(row).values()];
  if (Array.isArray(row) && cells.some((cell) => typeof cell === 'object' && cell !== null)) {
    return false;
  }
  const hasNumbers = cells.length > LEAST_NUMBERS && cells.filter(isNumber).length >= LEAST_NUMBERS;
  // Numbers may stand beside arrays of whole columns, too.
  return hasNumbers && columnsIn(row) === null;
}

const isHeader = (row: JsonRow) =>
  Array.isArray(row) && row.length > LEAST_NUMBERS && row.every(isText);

/** A record's cells by their names, those of records in it as `mid.o`. */
export function flatten(record: Record<string, unknown>, before = ''): Map<string, unknown> {
  const cells = new Map<string, unknown>();
  for (const [key, value] of Object.entries(record)) {
    const name = joined(before, key);
    const scalar = extended(value);
    if (typeof scalar !== 'object' || scalar === null || Array.isArray(scalar)) {
      cells.set(name, scalar);
    } else
      for (const [deeper, cell] of flatten(value as Record<string, unknown>, name))
        cells.set(deeper, cell);
  }
  return cells;
}

/** `{"$numberLong": "5"}` and `{"$date": "…"}`, as MongoDB writes a value. */
function extended(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const [[key, inner] = [], ...more] = Object.entries(value);
  return more.length === 0 && /^\$(number|date)/.test(key ?? '') ? inner : value;
}
