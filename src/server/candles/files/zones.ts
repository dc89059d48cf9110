import type { UtcSeconds } from '@/contract/units';
import { type Offset, offsetsOf } from '@/contract/zone-offsets';
import { requireZone } from './zone-names';

const DAY = 86_400;
/** Of bars of an hour the earlier of the two is as far from the row behind the later one. */
const NEAR = 2 * 3_600;

/**
 * Turns what a zone's clocks show into UTC; NaN where they skip that moment in spring. Of the two
 * moments that an autumn night shows alike it takes the one that keeps the rows in their order.
 */
export class ZoneClock {
  /**
   * Whether the zone's clocks show the last moment twice; `unknown` where no row stands before it that
   * is near enough to say which one is meant.
   */
  twice: 'no' | 'told' | 'unknown' = 'no';
  readonly #offset: Offset | null;
  #previous: UtcSeconds | null = null;
  #descending = false;

  /** `zone` is an IANA name or an offset. Throws a BAD_REQUEST for an unknown one. */
  constructor(zone: string) {
    const found = requireZone(zone);
    this.#offset = found === 0 ? null : typeof found === 'number' ? () => found : offsetsOf(found);
  }

  /** `isDate` of a day that is meant as a whole: it begins when its midnight is skipped, too. */
  toUtc(local: number, isDate = false): UtcSeconds {
    this.twice = 'no';
    if (!this.#offset) return local;
    const time = this.#resolve(local, this.#offset, isDate);
    if (!Number.isNaN(time)) {
      if (this.#previous !== null && time !== this.#previous) {
        this.#descending = time < this.#previous;
      }
      this.#previous = time;
    }
    return time;
  }

  #resolve(local: number, offset: Offset, isDate: boolean): UtcSeconds {
    const before = offset(local - DAY);
    const after = offset(local + DAY);
    if (before === after) return local - before;
    const times = [local - before, local - after].filter((time) => offset(time) === local - time);
    const [earlier, later] = times.sort((a, b) => a - b);
    // What the old offset makes of a moment that is skipped is as long after it as it should be.
    if (earlier === undefined) return isDate ? local - before : Number.NaN;
    if (later === undefined || isDate) return earlier;
    const isNear = this.#previous !== null && Math.abs(earlier - this.#previous) <= NEAR;
    this.twice = isNear ? 'told' : 'unknown';
    if (this.#previous === null) return earlier;
    if (this.#descending) return later < this.#previous ? later : earlier;
    return earlier > this.#previous ? earlier : later;
  }
}
