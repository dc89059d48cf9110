import type { Calendar, TimeFormat } from '@/contract/uploads';
import type { Column } from './columns';
import { type DetectedTime, detectTime, isTimeOfDay, timeOfDayDigits } from './detect-time';
import type { WordRole } from './header-words';
import { TimeParser } from './times';

export type TimeColumns = {
  /** The moment, or the date where the time of day has a column of its own. */
  column: Column;
  timeOfDay: Column | null;
  digits: 2 | 4 | 6 | 9 | null;
  detected: DetectedTime;
};

/** What a person said of the times. */
export type GivenTime = { format?: TimeFormat | undefined; calendar?: Calendar | undefined };

const encoder = new TextEncoder();

/** The columns of the times; null where no column of the free ones holds any. */
export function findTimes(free: Column[], given: GivenTime): TimeColumns | null {
  const named = byName(free);
  // Digits that may be a time of day are that beside another column that is called a time.
  const isPart = (column: Column) =>
    isCalled(column, 'time-of-day') && timeOfDayDigits(column.cells) !== null;
  const candidates = [...named.filter((each) => !isPart(each)), ...named.filter(isPart)];
  for (const column of candidates) {
    const found =
      (isPart(column) && behindDate(column, free, given)) ||
      timesIn(column, free, { ...given, isNamed: true });
    if (found) return found;
  }
  const others = free.filter((column) => !named.includes(column) && !isNamedOther(column));
  // The first column of a table is its time where its names say nothing of one.
  const [first] = others;
  for (const column of others) {
    const isNamed = named.length === 0 && column === first && column.label !== '';
    const found = timesIn(column, free, { ...given, isNamed });
    if (found) return found;
  }
  // A day of many instruments has one date.
  const [day] = named;
  const detected = day?.isConstant ? detectTime(day.cells, { ...given, isNamed: true }) : null;
  return day && detected ? { column: day, timeOfDay: null, digits: null, detected } : null;
}

/** A time of day whose date, under a name that says nothing, stands in front of it. */
function behindDate(timeOfDay: Column, free: Column[], given: GivenTime): TimeColumns | null {
  const date = free.find(({ index }) => index === timeOfDay.index - 1);
  if (!date || date.isEmpty || isNamedOther(date)) return null;
  const detected = detectTime(date.cells, { ...given, isNamed: false });
  if (!detected || hasTimeOfDay(date.cells, detected)) return null;
  return partsOf(date, timeOfDay, timeOfDayDigits(timeOfDay.cells), detected);
}

/** Columns whose names say that they hold a time, the most telling first. */
export function byName(columns: Column[]): Column[] {
  const rank = (column: Column) => {
    const ranks = column.name.words.flatMap(({ role, rank }) => {
      if (role === 'time') return [rank];
      if (role === 'date') return [100 + rank];
      return role === 'end-time' ? [300 + rank] : [];
    });
    return ranks.length > 0 ? Math.min(...ranks) : null;
  };
  return columns.filter((column) => rank(column) !== null).sort((a, b) => rank(a)! - rank(b)!);
}

const isCalled = ({ name }: Column, wanted: WordRole) =>
  name.words.some(({ role }) => role === wanted);

/** Its name says that it is something else. */
const isNamedOther = ({ name }: Column) =>
  name.words.some(({ role }) => role === 'volume' || role === 'symbol');

function timesIn(
  column: Column,
  free: Column[],
  hint: GivenTime & { isNamed: boolean },
): TimeColumns | null {
  if (column.isEmpty || isTimeOfDay(column.cells)) return null;
  const isDate = column.name.words.some(({ role }) => role === 'date');
  const detected = detectTime(column.cells, { ...hint, isDate });
  if (!detected) return null;
  const timeOfDay = hasTimeOfDay(column.cells, detected) ? null : findTimeOfDay(column, free);
  if (!timeOfDay) {
    // A date that never changes, such as that of expiry, is no time of the rows.
    if (column.isConstant) return null;
    return { column, timeOfDay: null, digits: null, detected };
  }
  return partsOf(column, timeOfDay, timeOfDayDigits(timeOfDay.cells), detected);
}

/** A date and a time of day in two columns. */
export function partsOf(
  column: Column,
  timeOfDay: Column,
  digits: TimeColumns['digits'],
  detected: DetectedTime,
): TimeColumns {
  const times = timesOfParts(column, timeOfDay, digits, detected);
  const readable = times.filter((time) => !Number.isNaN(time)).length;
  return { column, timeOfDay, digits, detected: { ...detected, times, readable } };
}

/** Whether the cells have more than a date. */
function hasTimeOfDay(cells: string[], { format, times }: DetectedTime): boolean {
  if (format.startsWith('unix')) return true;
  if (format === 'excel') return cells.some((cell) => /[.,]\d*[1-9]/.test(cell));
  return times.some((time) => time % 86_400 !== 0 && !Number.isNaN(time));
}

/** By its name, or where dates come again by what is in it. */
function findTimeOfDay(date: Column, free: Column[]): Column | null {
  const others = free.filter((column) => column !== date && !column.isEmpty);
  const isNamed = ({ name }: Column) => name.words.some(({ role }) => role === 'time-of-day');
  const named = others.filter(isNamed).find(isOfDay);
  if (named) return named;
  const called = others.find((column) => byName([column]).length > 0 && isOfDay(column));
  if (called) return called;
  if (new Set(date.cells).size === date.cells.length) {
    const next = others.find(({ index }) => index === date.index + 1);
    return next && isTimeOfDay(next.cells) ? next : null;
  }
  const next = others.filter(({ index }) => index > date.index);
  const colons = next.find(({ cells }) => isTimeOfDay(cells));
  if (colons) return colons;
  // Numbers are one only right behind a date whose times they tell apart.
  const behind = next.find(({ index }) => index === date.index + 1);
  return behind && timeOfDayDigits(behind.cells) && tellsApart(date, behind) ? behind : null;
}

const isOfDay = ({ cells }: Column) => isTimeOfDay(cells) || timeOfDayDigits(cells) !== null;

const tellsApart = (date: Column, other: Column) =>
  new Set(date.cells.map((cell, i) => `${cell} ${other.cells[i]}`)).size > new Set(date.cells).size;

function timesOfParts(
  date: Column,
  timeOfDay: Column,
  digits: number | null,
  { format, calendar }: DetectedTime,
): number[] {
  const parser = new TimeParser(format, 'UTC', { calendar, timeOfDayDigits: digits ?? undefined });
  return date.cells.map((cell, i) => {
    const bytes = encoder.encode(cell + timeOfDay.cells[i]);
    const split = encoder.encode(cell).length;
    return parser.parseParts(bytes, 0, split, split, bytes.length);
  });
}
