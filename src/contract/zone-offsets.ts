import type { UtcSeconds } from './units';

const DAY = 86_400;

/** Seconds east of UTC that the clocks of a zone show at a moment, summer time included. */
export type Offset = (time: UtcSeconds) => number;

/** Of an IANA name. Throws a RangeError for a zone that there is not. */
export function offsetsOf(zone: string): Offset {
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
  // Intl is slow, and no zone changes its clocks twice in a day: most days have one offset.
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
