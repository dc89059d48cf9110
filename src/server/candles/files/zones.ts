import type { UtcSeconds } from '@/contract/units';
import { requireZone } from './zone-names';

const DAY = 86_400;

/** Seconds east of UTC that the clocks of a zone show at a moment. */
type Offset = (time: UtcSeconds) => number;

/**
 * Turns what a zone's clocks show into UTC; NaN where they skip that moment in spring. Of the two
 * moments that an autumn night shows alike it takes the one that keeps the rows in their order.
 */
export class ZoneClock {
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
    if (later === undefined || this.#previous === null) return earlier;
    if (this.#descending) return later < this.#previous ? later : earlier;
    return earlier > this.#previous ? earlier : later;
  }
}

function offsetsOf(zone: string): Offset {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const at: Offset = (time) => {
    const parts: Record<string, string> = {};
    for (const { type, value } of format.formatToParts(time * 1000)) parts[type] = value;
    const date = new Date(0);
    const year = parts.era === 'BC' ? 1 - Number(parts.year) : Number(parts.year);
    date.setUTCFullYear(year, Number(parts.month) - 1, Number(parts.day));
    date.setUTCHours(Number(parts.hour), Number(parts.minute), Number(parts.second));
    return Math.round(date.getTime() / 1000 - Math.floor(time));
  };
  // No zone changes its clocks twice in a day, so most days have one offset.
  const days = new Map<number, number | null>();
  return (time) => {
    const day = Math.floor(time / DAY);
    let offset = days.get(day);
    if (offset === undefined) {
      const [start, end] = [at(day * DAY), at((day + 1) * DAY - 1)];
      offset = start === end ? start : null;
      days.set(day, offset);
    }
    return offset ?? at(time);
  };
}
