import type { UtcSeconds } from './units';
import { type Offset, offsetsOf } from './zone-offsets';

const DAY = 86_400;

/** What the clocks of a time zone show. */
export type Clock = {
  /** IANA name. */
  zone: string;
  offset: Offset;
};

export const UTC: Clock = { zone: 'UTC', offset: () => 0 };

const known = new Map<string, Clock>([['UTC', UTC]]);

/** Throws a RangeError for a zone that there is not. */
export function clockOf(zone: string): Clock {
  let clock = known.get(zone);
  if (!clock) {
    clock = { zone, offset: offsetsOf(zone) };
    known.set(zone, clock);
  }
  return clock;
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
