import type { Mapping } from '@/contract/uploads';
import { AppError } from '../../errors';

/** Tells the instruments of rows apart, and which of them are wanted. */
export class InstrumentFilter {
  /** As they stand in the file, by number. */
  readonly names: string[] = [];
  readonly #numbers = new Map<string, number>();
  #last: Uint8Array = new Uint8Array();
  #lastNumber = -1;

  /** Rows of one are wanted, and the others are left out. */
  get isOfOne(): boolean {
    return typeof this.wanted === 'object';
  }

  private constructor(
    readonly column: number,
    readonly wanted: Mapping['instruments'],
  ) {}

  /** Null where rows need not be told apart. */
  static of({ columns, instruments }: Mapping): InstrumentFilter | null {
    const column = columns.indexOf('symbol');
    return column < 0 || instruments === 'all' ? null : new InstrumentFilter(column, instruments);
  }

  /** The number of the row's instrument, or -1 where it is not wanted. Throws a BAD_REQUEST for a second one that nobody said how to take. */
  take(bytes: Uint8Array, start: number, end: number, line: number): number {
    if (this.#lastNumber >= -1 && this.#isLast(bytes, start, end)) return this.#lastNumber;
    const name = Buffer.from(bytes.subarray(start, end)).toString('utf8');
    this.#last = Uint8Array.from(bytes.subarray(start, end));
    this.#lastNumber = this.#numberOf(name, line);
    return this.#lastNumber;
  }

  /** Most rows are of the instrument of the row before. */
  #isLast(bytes: Uint8Array, start: number, end: number): boolean {
    const last = this.#last;
    if (end - start !== last.length || last.length === 0) return false;
    for (let i = 0; i < last.length; i++) if (bytes[start + i] !== last[i]) return false;
    return true;
  }

  #numberOf(name: string, line: number): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    if (typeof this.wanted === 'object' && name !== this.wanted.only) {
      this.#numbers.set(name, -1);
      return -1;
    }
    if (this.wanted === undefined && this.names.length > 0) {
      const at = this.column + 1;
      const first = this.names[0];
      throw new AppError(
        'UNPROCESSABLE_CONTENT',
        `Line ${line} is of “${name}”, and those before it are of “${first}”: column ${at} names several instruments. Nothing was stored. Take one of them (--only '${at}=${first}'), a chart each (--split-by ${at}) or all in one (--one-chart).`,
      );
    }
    const number = this.names.push(name) - 1;
    this.#numbers.set(name, number);
    return number;
  }
}
