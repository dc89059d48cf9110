import { NOTATIONS } from '@/contract/time-notations';
import type { Calendar, TimeFormat } from '@/contract/uploads';
import { TimeParser } from './times';

export type DetectedTime = {
  format: TimeFormat;
  /** Other readings, when the file leaves open which of year, month and day comes first. */
  others: TimeFormat[];
  calendar: Calendar;
  /** The times in UTC, NaN for what is none. */
  times: number[];
  readable: number;
};

/** What a column is known to be, before its cells are looked at. */
export type TimeHint = {
  /** Its name says that it is a time: small numbers may be Unix seconds or Excel's days. */
  isNamed: boolean;
  /** It says that it is a date: six digits are one, and no time of day. */
  isDate?: boolean;
  /** Said by a person. */
  format?: TimeFormat | undefined;
  calendar?: Calendar | undefined;
};

const encoder = new TextEncoder();
const DAY = 86_400;
/** 1900 to now, and a year from now, in seconds: what is beyond is of another calendar. */
const EARLIEST = Date.UTC(1500, 0, 1) / 1000;
export const latestLikely = () => Date.now() / 1000 + 366 * DAY;

/** How most of `cells` write the time, or null when they are no times. */
export function detectTime(cells: string[], hint: TimeHint): DetectedTime | null {
  const filled = cells.filter((cell) => cell !== '');
  if (filled.length === 0) return null;
  const formats = hint.format ? [hint.format] : likelyFormats(filled, hint);
  const calendars: Calendar[] = hint.calendar ? [hint.calendar] : ['gregorian'];
  let best = bestOf(cells, formats, calendars);
  // Years of three digits, or times that nobody has seen, may be of another calendar.
  if (!hint.calendar && (!best || !isLikely(best.times))) {
    const other = bestOf(cells, formats, ['buddhist', 'minguo', 'persian']);
    if (other && isRecent(other.times)) best = other;
  }
  if (!best || (!hint.format && best.readable <= filled.length / 2)) return null;
  return best;
}

/** Formats that at least half of the cells look like, the likeliest first. */
function likelyFormats(cells: string[], { isNamed, isDate = false }: TimeHint): TimeFormat[] {
  const numbers = cells.map(Number).filter((value) => !Number.isNaN(value));
  return (Object.keys(NOTATIONS) as TimeFormat[]).filter((format) => {
    const { shape } = NOTATIONS[format];
    if (cells.filter((cell) => shape.test(cell)).length * 2 < cells.length) return false;
    switch (format) {
      case 'unix-s':
        return isUnixSeconds(numbers, isNamed);
      case 'excel':
        return isNamed && cells.every((cell) => isDayNumber(Number(cell.replace(',', '.'))));
      case 'yymmdd':
      case 'ddmmyy':
        return isDate;
      default:
        return true;
    }
  });
}

/** Smaller numbers are prices and counts, unless the column is called a time and they are large. */
function isUnixSeconds(numbers: number[], isNamed: boolean): boolean {
  const large = numbers.filter((value) => value >= 1e8).length;
  if (large > numbers.length / 2) return true;
  const reach = Math.max(...numbers.map(Math.abs));
  return isNamed && reach >= 1e6 && numbers.some((value) => value % 1 === 0);
}

/** From 1927 to 2119. */
const isDayNumber = (value: number) => value >= 10_000 && value < 80_000;

function bestOf(cells: string[], formats: TimeFormat[], calendars: Calendar[]) {
  let best: DetectedTime[] = [];
  // Dots, which no one writes a month before, settle it.
  const isDotted = cells.every((cell) => cell === '' || /^\D*\d+\./.test(cell));
  for (const calendar of calendars) {
    for (const format of order(formats)) {
      const times = parseAll(cells, format, calendar);
      const readable = times.filter((time) => !Number.isNaN(time)).length;
      const found = { format, others: [], calendar, times, readable };
      const most = best[0]?.readable ?? 0;
      if (readable > most) best = [found];
      else if (most > 0 && readable === most && !(isDotted && format === 'mdy')) {
        if (isOtherReading(best, found)) best.push(found);
      }
    }
  }
  return likeliest(best);
}

/** Eight digits are a date before they are seconds; the day before the month. */
const order = (formats: TimeFormat[]) =>
  formats.toSorted((a, b) => Number(b === 'yyyymmdd') - Number(a === 'yyyymmdd'));

const READINGS: TimeFormat[][] = [
  ['ymd', 'dmy', 'mdy'],
  ['d-mon-y', 'y-mon-d'],
  ['yymmdd', 'ddmmyy'],
];

/** Whether it is one of the readings of the same digits, and gives other times than those found. */
function isOtherReading(best: DetectedTime[], { format, calendar, times }: DetectedTime): boolean {
  const [first] = best;
  if (calendar !== first!.calendar) return false;
  if (!READINGS.some((set) => set.includes(first!.format) && set.includes(format))) return false;
  return !best.some((each) => times.every((time, i) => Object.is(time, each.times[i])));
}

/** A year that is taken for a day makes steps of days steps of years. */
const OF_YEARS = 20;

const isYearFirst = ({ format }: DetectedTime) => format === 'ymd' || format === 'y-mon-d';

/** The one that leaves the least gaps between the rows, with the others that may be meant. */
function likeliest(readings: DetectedTime[]): DetectedTime | null {
  const sorted = readings
    .map((reading) => ({ reading, length: span(reading.times) }))
    .sort((a, b) => a.length - b.length);
  const [first, ...rest] = sorted;
  if (!first) return null;
  const others = rest.filter(({ reading, length }) => {
    const hasYearApart = isYearFirst(reading) !== isYearFirst(first.reading);
    return !hasYearApart || length <= OF_YEARS * first.length;
  });
  return { ...first.reading, others: others.map(({ reading }) => reading.format) };
}

const span = (times: number[]) =>
  times.reduce((sum, time, i) => sum + (i ? Math.abs(time - times[i - 1]!) || 0 : 0), 0);

export const isLikely = (times: number[]) =>
  times.every((time) => Number.isNaN(time) || (time >= EARLIEST && time <= latestLikely()));

const isRecent = (times: number[]) =>
  times.every((time) => Number.isNaN(time) || (time >= -3_000_000_000 && time <= latestLikely()));

export function parseAll(cells: string[], format: TimeFormat, calendar: Calendar): number[] {
  const parser = new TimeParser(format, 'UTC', { calendar });
  return cells.map((cell) => {
    const bytes = encoder.encode(cell);
    return parser.parse(bytes, 0, bytes.length);
  });
}

/** Whether most of `cells` are a time of day without a date, such as 09:30 or 09:30:00. */
export function isTimeOfDay(cells: string[]): boolean {
  return most(cells, (cell) => /^\d{1,2}:[0-5]\d(\D|$)/.test(cell));
}

/** As isTimeOfDay, for 9, 930 or 093000: how many digits they have with their zeros; null for others. */
export function timeOfDayDigits(cells: string[]): 2 | 4 | 6 | 9 | null {
  const filled = cells.filter((cell) => cell !== '');
  if (filled.length === 0 || !filled.every((cell) => /^\d{1,9}$/.test(cell))) return null;
  const largest = Math.max(...filled.map(Number));
  const written = Math.max(...filled.map(({ length }) => length));
  if (largest <= 24 && written <= 2) return 2;
  const width = largest <= 2_359 ? 4 : largest <= 235_959 ? 6 : 9;
  const digits = written > width ? (written <= 6 ? 6 : 9) : width;
  const isValid = filled.every((cell) => {
    const full = cell.padStart(digits, '0');
    return Number(full.slice(0, 2)) < 25 && /^..[0-5]\d([0-5]\d(\d{3})?)?$/.test(full);
  });
  return isValid ? digits : null;
}

const most = (cells: string[], is: (cell: string) => boolean) =>
  cells.filter(is).length > cells.length / 2;
