import { type Clock, isDate, momentOf, shownTime } from '@/contract/clock';
import type { UtcSeconds } from '@/contract/units';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const FORM = 'Write it as 2010-02-08, 8 feb 2010, feb 2010, 2010, −3w or now.';

/** `after` is the first second that does not belong to it: of a year, a month, a day, or right after a moment. */
export type TypedTime = { time: UtcSeconds; after: UtcSeconds } | { problem: string };
/** What a typed time rests on. */
export type TypedFrom = {
  /** From where so many days or weeks are counted. */
  from: UtcSeconds;
  /** The chart's last bar, which is its now; null where it has none. */
  last: UtcSeconds | null;
};
type Unit = 'year' | 'month' | 'day';

type Reader = {
  pattern: RegExp;
  read: (parts: Record<string, string | undefined>, from: Date) => Date | string;
  /** What it names; a moment where nothing is said. */
  unit?: (parts: Record<string, string | undefined>) => Unit;
};

const unitOf: Reader['unit'] = ({ month, name, day }) =>
  day !== undefined ? 'day' : (month ?? name) !== undefined ? 'month' : 'year';

/** What people write, in the order in which it is tried. A month stands by name or after the year, so that none is a guess. */
const READERS: readonly Reader[] = [
  {
    pattern: /^(?<year>\d{4})(?:[-./](?<month>\d{1,2})(?:[-./](?<day>\d{1,2}))?)?$/,
    read: ({ year, month = '1', day = '1' }) => utc(Number(year), Number(month), Number(day)),
    unit: unitOf,
  },
  {
    pattern: /^(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)$/,
    read: ({ year, month, day }) => utc(Number(year), Number(month), Number(day)),
    unit: unitOf,
  },
  {
    // By the dot it is a day of a language that writes the day first.
    pattern: /^(?<day>\d{1,2})\.(?<month>\d{1,2})\.(?<year>\d{4})$/,
    read: ({ year, month, day }) => utc(Number(year), Number(month), Number(day)),
    unit: unitOf,
  },
  {
    pattern: /^(?:(?<day>\d{1,2})[ -]?)?(?<name>[a-z]{3,9})\.?[ ,-]*(?<year>\d{4})$/,
    read: ({ year, name, day = '1' }) => named(year, name, day),
    unit: unitOf,
  },
  {
    pattern: /^(?<name>[a-z]{3,9})\.? (?<day>\d{1,2}),? (?<year>\d{4})$/,
    read: ({ year, name, day = '1' }) => named(year, name, day),
    unit: unitOf,
  },
  {
    pattern: /^(?<sign>[-+−])(?<count>\d{1,5}) ?(?<unit>[hdwmy])$/,
    read: ({ sign, count, unit = 'd' }, from) =>
      moved(from, (sign === '+' ? 1 : -1) * Number(count), unit),
  },
  {
    pattern: /^(?<first>\d{1,2})[/-]\d{1,2}[/-]\d{2,4}$/,
    read: () => `Which of the two is the month? ${FORM}`,
  },
];

/**
 * A time that is typed as people type one: a date with or without a time of day (UTC), a month, a year, or
 * so many hours, days, weeks, months or years (`-3w`) from `from`; a time of day alone is one of that day.
 * `now` is the last bar and `today` its day: a chart ends where its candles do.
 */
export function readTypedTime(text: string, { from, last }: TypedFrom): TypedTime {
  const typed = text.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  if (/^(now|today)/.test(typed) && last === null) return { problem: 'The chart has no bars yet.' };
  if (typed === 'now' && last !== null) return { time: last, after: last + 1 };
  const dayOf = (time: UtcSeconds) => new Date(time * 1000).toISOString().slice(0, 10);
  const clean = /^\d{1,2}:\d/.test(typed)
    ? `${dayOf(from)} ${typed}`
    : typed.replace(/^today\b/, () => dayOf(last ?? from));
  const [, date = '', hour, minute = '0', second] =
    /^(.*?)(?:[ t](\d{1,2}):(\d\d)(?::(\d\d))?z?)?$/.exec(clean) ?? [];
  for (const { pattern, read, unit } of READERS) {
    const parts = pattern.exec(date)?.groups;
    if (!parts) continue;
    const found = read(parts, new Date(from * 1000));
    if (typeof found === 'string') return { problem: found };
    if (Number(hour ?? 0) > 23 || Number(minute) > 59 || Number(second ?? 0) > 59) {
      return { problem: 'There is no such time of day.' };
    }
    const start = found.getTime() / 1000;
    const time = start + Number(hour ?? 0) * 3_600 + Number(minute) * 60 + Number(second ?? 0);
    if (hour !== undefined) return { time, after: time + (second === undefined ? 60 : 1) };
    return { time, after: unit ? nextOf(found, unit(parts)) : time + 1 };
  }
  return { problem: FORM };
}

function nextOf(start: Date, unit: Unit): UtcSeconds {
  const date = new Date(start);
  if (unit === 'year') date.setUTCFullYear(date.getUTCFullYear() + 1);
  if (unit === 'month') date.setUTCMonth(date.getUTCMonth() + 1);
  if (unit === 'day') date.setUTCDate(date.getUTCDate() + 1);
  return date.getTime() / 1000;
}

/** The same by what a clock shows; of bars of days that begin at midnight UTC, a date. */
export function readTimeIn(
  clock: Clock,
  text: string,
  { from, last }: TypedFrom,
  timeframe: number | null,
): TypedTime {
  const shown = (time: UtcSeconds) => shownTime(time, timeframe, clock);
  const typed = readTypedTime(text, { from: shown(from), last: last && shown(last) });
  return 'problem' in typed || isDate(from, timeframe)
    ? typed
    : { time: momentOf(typed.time, clock), after: momentOf(typed.after, clock) };
}

function named(year = '', name = '', day: string): Date | string {
  const month = MONTHS.indexOf(name.slice(0, 3)) + 1;
  return month === 0 ? `“${name}” is no month. ${FORM}` : utc(Number(year), month, Number(day));
}

/** Says what is wrong rather than going on into the next month. */
function utc(year: number, month: number, day: number): Date | string {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (month < 1 || month > 12) return `There is no month ${month}.`;
  return date.getUTCMonth() === month - 1 && day > 0 ? date : `That month has no day ${day}.`;
}

function moved(from: Date, count: number, unit: string): Date {
  const date = new Date(from);
  if (unit === 'h') date.setUTCHours(date.getUTCHours() + count);
  if (unit === 'd') date.setUTCDate(date.getUTCDate() + count);
  if (unit === 'w') date.setUTCDate(date.getUTCDate() + count * 7);
  if (unit === 'm' || unit === 'y') {
    const day = date.getUTCDate();
    date.setUTCDate(1);
    date.setUTCMonth(date.getUTCMonth() + count * (unit === 'y' ? 12 : 1));
    const days = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
    date.setUTCDate(Math.min(day, days));
  }
  return date;
}
