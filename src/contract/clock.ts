import type { UtcSeconds } from './units';

const DAY = 86_400;

/** What the clocks of a time zone show. */
export type Clock = {
  /** IANA name. */
  zone: string;
  /** Seconds east of UTC at a moment, summer time included. */
  offset(time: UtcSeconds): number;
};

export const UTC: Clock = { zone: 'UTC', offset: () => 0 };

const known = new Map<string, Clock>([['UTC', UTC]]);

/** Throws a RangeError for a zone that there is not. */
export function clockOf(zone: string): Clock {
  let clock = known.get(zone);
  if (!clock) {
    clock = { zone, offset: offsets(zone) };
    known.set(zone, clock);
  }
  return clock;
}

function offsets(zone: string): Clock['offset'] {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    ...{ year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  const at = (time: UtcSeconds) => {
    const parts: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(time * 1000)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - Math.floor(time);
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

/** A day's bar that begins at midnight UTC is a date, the same in every zone. */
export const isDate = (time: UtcSeconds, timeframe: number | null) =>
  timeframe !== null && timeframe >= DAY && time % DAY === 0;

/** The time as the clock shows it, as if that were UTC. */
export const shownTime = (time: UtcSeconds, timeframe: number | null, clock: Clock): UtcSeconds =>
  isDate(time, timeframe) ? time : time + clock.offset(time);

/**
 * The moment at which the clock shows `shown`: of the two in an autumn night the first, and where a
 * spring night leaves it out, as long after the change as it would have been.
 */
export function momentOf(shown: number, clock: Clock): UtcSeconds {
  const [before, after] = [clock.offset(shown - DAY), clock.offset(shown + DAY)];
  const fitting = [shown - before, shown - after].filter(
    (time) => time + clock.offset(time) === shown,
  );
  return fitting.length > 0 ? Math.min(...fitting) : shown - before;
}
