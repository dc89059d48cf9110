import { type Clock, isDate, momentOf, shownTime } from '@/contract/clock';
import type { UtcSeconds } from '@/contract/units';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const FORM = 'Write it as 2010-02-08, 8 feb 2010, feb 2010, 2010 or −3w.';

export type TypedTime = { time: UtcSeconds } | { problem: string };

type Reader = {
  pattern: RegExp;
  read: (parts: Record<string, string | undefined>, from: Date) => Date | string;
};

/** What people write, in the order in which it is tried. A month stands by name or after the year, so that none is a guess. */
const READERS: readonly Reader[] = [
  {
    pattern: /^(?<year>\d{4})(?:[-./](?<month>\d{1,2})(?:[-./](?<day>\d{1,2}))?)?$/,
    read: ({ year, month = '1', day = '1' }) => utc(Number(year), Number(month), Number(day)),
  },
  {
    pattern: /^(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)$/,
    read: ({ year, month, day }) => utc(Number(year), Number(month), Number(day)),
  },
  {
    // By the dot it is a day of a language that writes the day first.
    pattern: /^(?<day>\d{1,2})\.(?<month>\d{1,2})\.(?<year>\d{4})$/,
    read: ({ year, month, day }) => utc(Number(year), Number(month), Number(day)),
  },
  {
    pattern: /^(?:(?<day>\d{1,2})[ -]?)?(?<name>[a-z]{3,9})\.?[ ,-]*(?<year>\d{4})$/,
    read: ({ year, name, day = '1' }) => named(year, name, day),
  },
  {
    pattern: /^(?<name>[a-z]{3,9})\.? (?<day>\d{1,2}),? (?<year>\d{4})$/,
    read: ({ year, name, day = '1' }) => named(year, name, day),
  },
  {
    pattern: /^(?<sign>[-+−])(?<count>\d{1,5}) ?(?<unit>[hdwmy])$/,
    read: ({ sign, count, unit = 'd' }, from) =>
      moved(from, (sign === '+' ? 1 : -1) * Number(count), unit),
  },
  {
    pattern: /^\d{1,2}[/-]\d{1,2}[/-]\d{2,4}$/,
    read: () => `Which of the two is the month? ${FORM}`,
  },
];

/**
 * A time that is typed as people type one: a date with or without a time of day (UTC), a month, a year, or
 * so many hours, days, weeks, months or years (`-3w`) from `from`; a time of day alone is one of that day.
 */
export function readTypedTime(text: string, from: UtcSeconds): TypedTime {
  const typed = text.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  const today = new Date(from * 1000).toISOString().slice(0, 10);
  const clean = /^\d{1,2}:\d/.test(typed) ? `${today} ${typed}` : typed;
  const [, date = '', hour = '0', minute = '0', second = '0'] =
    /^(.*?)(?:[ t](\d{1,2}):(\d\d)(?::(\d\d))?z?)?$/.exec(clean) ?? [];
  for (const { pattern, read } of READERS) {
    const parts = pattern.exec(date);
    if (!parts) continue;
    const found = read(parts.groups ?? {}, new Date(from * 1000));
    if (typeof found === 'string') return { problem: found };
    if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) {
      return { problem: 'There is no such time of day.' };
    }
    const seconds = Number(hour) * 3_600 + Number(minute) * 60 + Number(second);
    return { time: found.getTime() / 1000 + seconds };
  }
  return { problem: FORM };
}

/** The same by what a clock shows; of bars of days that begin at midnight UTC, a date. */
export function readTimeIn(
  clock: Clock,
  text: string,
  from: UtcSeconds,
  timeframe: number | null,
): TypedTime {
  const typed = readTypedTime(text, shownTime(from, timeframe, clock));
  return 'problem' in typed || isDate(from, timeframe)
    ? typed
    : { time: momentOf(typed.time, clock) };
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
