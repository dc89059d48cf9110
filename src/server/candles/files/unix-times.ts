import type { TimeFormat } from '@/contract/uploads';
import { type ByteCursor, DOT } from './byte-cursor';
import { plainNumber } from './numbers';

/** How many of the format are a second, and the first number that is none of the format but of the next. */
const UNITS = [
  { format: 'unix-s', perSecond: 1, limit: 1e11 },
  { format: 'unix-ms', perSecond: 1e3, limit: 1e14 },
  { format: 'unix-us', perSecond: 1e6, limit: 1e17 },
  { format: 'unix-ns', perSecond: 1e9, limit: Number.POSITIVE_INFINITY },
] as const;
/** 1973: what is before it in one unit may be today in a smaller one. */
const RECENT = 1e8;

/** Reads numbers of a unit since 1970, and follows a file that changes to another unit once. */
export class UnixTimes {
  #unit: number;
  #unitChanges = 0;

  private constructor(unit: number) {
    this.#unit = unit;
  }

  /** Null for a format that is no such number. */
  static of(format: TimeFormat): UnixTimes | null {
    const unit = UNITS.findIndex((each) => each.format === format);
    return unit < 0 ? null : new UnixTimes(unit);
  }

  /** Seconds of the number from the cursor to the end; NaN where there is none. */
  read(cursor: ByteCursor): number {
    let value = plainNumber(cursor.bytes, cursor.at, cursor.end, DOT);
    if (Number.isNaN(value)) {
      const text = cursor.rest();
      value = /^-?\d+(\.\d+)?(e\+?\d+)?$/.test(text) ? Number(text) : Number.NaN;
    }
    const size = Math.abs(value);
    const { perSecond, limit } = UNITS[this.#unit]!;
    if (size >= limit || (size < RECENT * perSecond && this.#unit > 0)) this.#changeUnit(size);
    if (this.#unitChanges > 1) return Number.NaN;
    return Math.round(value * (1e6 / UNITS[this.#unit]!.perSecond)) / 1e6;
  }

  /** To the unit in which the number is of our time, if there is one. */
  #changeUnit(size: number) {
    const unit = UNITS.findIndex(
      ({ perSecond, limit }) => size >= RECENT * perSecond && size < limit,
    );
    if (unit < 0 || unit === this.#unit) return;
    this.#unit = unit;
    this.#unitChanges++;
  }
}
