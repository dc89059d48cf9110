import type { TimeFormat } from '@/contract/uploads';
import { TimeParser } from './times';

export type DetectedTime = {
  format: TimeFormat;
  /** The other reading, when the file leaves open whether the day or the month comes first. */
  other: TimeFormat | null;
  /** How many of the cells read as times under the format. */
  readable: number;
};

/** Largest whole number taken for Unix seconds, milliseconds and microseconds: the year 5138. */
const UNIX_LIMITS: [TimeFormat, number][] = [
  ['unix-s', 1e11],
  ['unix-ms', 1e14],
  ['unix-us', 1e17],
];
const encoder = new TextEncoder();

/** How most of `cells` write the time, or null when they are no times. */
export function detectTime(cells: string[]): DetectedTime | null {
  const filled = cells.filter((cell) => cell !== '');
  const shape = commonShape(filled);
  if (!shape) return null;
  const found = shape === 'day-month' ? dayOrMonth(filled) : single(filled, shape);
  return found.readable > filled.length / 2 ? found : null;
}

/** Whether most of `cells` are a time of day without a date, such as 09:30 or 09:30:00. */
export function isClock(cells: string[]): boolean {
  return most(cells, (cell) => /^\d{1,2}:[0-5]\d(\D|$)/.test(cell));
}

/** As isClock, for 930 or 093000: columns of numbers are only that beside dates that repeat. */
export function isClockOfDigits(cells: string[], dates: string[]): boolean {
  const repeats = new Set(dates).size < dates.length;
  return repeats && most(cells, (cell) => /^([01]?\d|2[0-3])?[0-5]?\d([0-5]\d)?$/.test(cell));
}

const most = (cells: string[], is: (cell: string) => boolean) =>
  cells.filter(is).length > cells.length / 2;

function commonShape(cells: string[]): TimeFormat | 'day-month' | null {
  const counts = new Map<TimeFormat | 'day-month', number>();
  for (const cell of cells) {
    const shape = shapeOf(cell);
    if (shape) counts.set(shape, (counts.get(shape) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}

function shapeOf(cell: string): TimeFormat | 'day-month' | null {
  if (/^(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d*\.)(\D|$|\d{4}(\d\d)?$)/.test(cell)) {
    return 'yyyymmdd';
  }
  if (/^\d+(\.\d+)?(e\+?\d+)?$/i.test(cell)) {
    const value = Number(cell);
    // Smaller numbers are prices and counts: 10^8 seconds is the year 1973.
    if (value < 1e8) return null;
    return UNIX_LIMITS.find(([, limit]) => value < limit)?.[0] ?? null;
  }
  if (/^\d{4}-\d{1,2}-\d{1,2}(\D|$)/.test(cell)) return 'iso';
  if (/^\d{4}[/.]\d{1,2}[/.]\d{1,2}(\D|$)/.test(cell)) return 'ymd';
  if (/^\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d\d)(\D|$)/.test(cell)) return 'day-month';
  if (/^(\d{1,2}[ /.-]?)?[a-z]{3,9}[ /.,-]{0,2}\d/i.test(cell)) return 'd-mon-y';
  return null;
}

const single = (cells: string[], format: TimeFormat): DetectedTime => ({
  format,
  other: null,
  readable: parseAll(cells, format).length,
});

/** A day above 12 settles it, and so do dots, which no one writes a month before. */
function dayOrMonth(cells: string[]): DetectedTime {
  const [dmy, mdy] = [parseAll(cells, 'dmy'), parseAll(cells, 'mdy')];
  const dots = cells.every((cell) => /^\d+\./.test(cell));
  if (dmy.length !== mdy.length || dots) {
    const dayFirst = dmy.length > mdy.length || (dots && dmy.length === mdy.length);
    const format = dayFirst ? 'dmy' : 'mdy';
    return { format, other: null, readable: Math.max(dmy.length, mdy.length) };
  }
  // The likelier one is proposed: it leaves fewer gaps between the rows.
  const [format, other]: TimeFormat[] = span(dmy) < span(mdy) ? ['dmy', 'mdy'] : ['mdy', 'dmy'];
  return { format: format!, other: other!, readable: dmy.length };
}

const span = (times: number[]) =>
  times.reduce((sum, time, i) => sum + (i ? Math.abs(time - times[i - 1]!) : 0), 0);

function parseAll(cells: string[], format: TimeFormat): number[] {
  const parser = new TimeParser(format, 'UTC');
  return cells
    .map((cell) => encoder.encode(cell))
    .map((bytes) => parser.parse(bytes, 0, bytes.length))
    .filter((time) => !Number.isNaN(time));
}
