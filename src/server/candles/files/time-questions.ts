import { NOTATIONS } from '@/contract/time-notations';
import type { Calendar, Mapping, TimeFormat } from '@/contract/uploads';
import { CALENDARS } from './calendar';
import { type Column, called } from './columns';
import { isLikely } from './detect-time';
import { written } from './issues';
import { type Remarks, shown } from './questions';
import type { TimeColumns } from './time-columns';
import type { ZoneClue } from './zone-clues';
import { AMBIGUOUS_ZONES } from './zone-names';

const DAY = 86_400;
/** More steps against the way that the rows run than this share of them are no chance. */
const DISORDER = 1 / 20;
const LEAST_STEPS = 10;

const formatAnswer = (format: TimeFormat, cell: string) => ({
  label: `${NOTATIONS[format].name} (${cell})`,
  sets: { timeFormat: format },
  option: `--time-format ${format}`,
});

/** What the times leave open; what `given` says is not asked. */
export function askAboutTimes(
  found: TimeColumns,
  given: Partial<Mapping>,
  isOfOne: boolean,
  clue: ZoneClue | null,
  remarks: Remarks,
) {
  if (!given.timeFormat) {
    askForFormat(found, isOfOne, remarks);
    askForUnit(found, remarks);
  }
  if (!given.timeOfDayDigits) askForDigits(found, remarks);
  if (!given.calendar) askForCalendar(found, remarks);
  const { column, detected } = found;
  const isNamedEnd = column.name.words.some(({ role }) => role === 'end-time');
  if (isNamedEnd || areLastMoments(detected.times) || areLastHours(found)) {
    remarks.notes.push(
      `${shown(found.timeOfDay ?? column)} is when candles end. Their times are of their beginning here, which the file does not say: they come one candle late.`,
    );
  }
  if (!given.timeZone) askForZone(found, clue, remarks);
}

/** 09:59:59.999, as Binance and others have the end of a candle. */
function areLastMoments(times: number[]): boolean {
  const known = times.filter((time) => !Number.isNaN(time));
  return known.length > 1 && known.every((time) => ((time % 60) + 60) % 60 >= 59);
}

/** Hours from 1 to 24, which is the next day's 0. */
function areLastHours({ timeOfDay, digits }: TimeColumns): boolean {
  const hours = digits === 2 ? timeOfDay!.cells.filter(Boolean).map(Number) : [];
  return hours.includes(24) && !hours.includes(0);
}

/** Parts of the time in columns that are not taken: minutes beside an hour, and which half of the day it is. */
export function askForRest({ timeOfDay, digits }: TimeColumns, unused: Column[], remarks: Remarks) {
  const isRest = (column: Column) =>
    isHalfOfDay(column) ||
    (digits === 2 && /minute/i.test(column.label) && column.numbers.some((value) => value > 0));
  const rest = unused.find(isRest);
  if (!rest || !timeOfDay) return;
  remarks.choices.push({
    text: `${shown(rest)} belongs to the time in ${shown(timeOfDay)}, and is no part of what is read. Write both in one column, as 09:30 or 09:30 PM.`,
    answers: [{ label: `Leave out ${shown(rest)}`, roles: {} }],
  });
}

/** AM and PM in a column of their own. */
export const isHalfOfDay = ({ cells, isEmpty }: Column): boolean =>
  !isEmpty && cells.every((cell) => /^([ap]\.?m\.?)?$/i.test(cell.trim()));

function askForFormat({ column, detected }: TimeColumns, isOfOne: boolean, remarks: Remarks) {
  const { format, others, times } = detected;
  const cell = column.cells.find(Boolean) ?? '';
  if (others.length > 0) {
    const open = [format, ...others];
    const ways = open.length === 2 ? 'two' : 'three';
    remarks.questions.push({
      field: 'timeFormat',
      text: `Dates such as ${cell} can be read in ${ways} ways. Which comes first, ${firstParts(open)}?`,
      answers: open.map((each) => formatAnswer(each, cell)),
      assumed: null,
    });
    return;
  }
  if (!isOfOne || disorder(times) <= DISORDER) return;
  const isNumbers = format === 'dmy' || format === 'mdy';
  const note = `The rows run neither up nor down in time.`;
  if (!isNumbers) remarks.notes.push(note);
  else {
    remarks.questions.push({
      field: 'timeFormat',
      text: `${note} A spreadsheet may have turned days and months of ${shown(column)}. How is it to be read?`,
      answers: (['dmy', 'mdy'] as const).map((each) => formatAnswer(each, cell)),
      assumed: null,
    });
  }
}

/** `the day or the month` */
function firstParts(formats: TimeFormat[]): string {
  const has = (...names: TimeFormat[]) => names.some((name) => formats.includes(name));
  const parts = [
    has('ymd', 'yymmdd', 'y-mon-d') ? 'the year' : '',
    has('dmy', 'ddmmyy', 'd-mon-y') ? 'the day' : '',
    has('mdy') ? 'the month' : '',
  ];
  return parts.filter(Boolean).join(' or ');
}

/** The share of steps that go against the way that most go. */
export function disorder(times: number[]): number {
  let up = 0;
  let down = 0;
  for (let i = 1; i < times.length; i++) {
    const step = times[i]! - times[i - 1]!;
    if (step > 0) up++;
    if (step < 0) down++;
  }
  return up + down < LEAST_STEPS ? 0 : Math.min(up, down) / (up + down);
}

/** Before it there are no bars within days, and whoever counts nanoseconds does not go back that far. */
const FIRST_INTRADAY = Date.UTC(1982, 0, 1) / 1000;
const FIRST_OF_NANOSECONDS = Date.UTC(2000, 0, 1) / 1000;
/** A count of days that is a day of our time from 1970 on, too. */
const LAST_OF_DAYS = 24_100;

const isCount = (format: TimeFormat) => format.startsWith('unix') || format === 'excel';
/** The first time that no candle is of. */
const unlikely = (times: number[]) =>
  times.findIndex((time) => !Number.isNaN(time) && !isLikely([time]));

/**
 * Numbers that count something else, such as minutes or ticks of .NET, are times as well, of long ago; digits
 * of a date may be times to come.
 */
function askForUnit({ column, detected }: TimeColumns, remarks: Remarks) {
  const { format, times } = detected;
  if (!isCount(format)) return;
  const known = times.filter((time) => !Number.isNaN(time));
  const last = known.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const isOld =
    format === 'excel'
      ? column.cells.every((cell) => Number(cell) < LAST_OF_DAYS)
      : last < (format === 'unix-ns' ? FIRST_OF_NANOSECONDS : FIRST_INTRADAY) &&
        hasShortSteps(known);
  const strange = unlikely(times);
  if (!isOld && strange < 0) return;
  const at = strange < 0 ? times.indexOf(known[0]!) : strange;
  const cell = column.cells[at]!;
  const { name } = NOTATIONS[format];
  remarks.questions.push({
    field: 'timeFormat',
    text: `${shown(column)} says ${cell}, which as ${name} is ${written(times[at]!)}. Does it count something else?`,
    answers: [{ ...formatAnswer(format, cell), label: `No, they are ${name}` }],
    assumed: null,
  });
}

/** Fewer hours of all days may as well be minutes after midnight. */
const LEAST_HOURS = 6;

/**
 * 0, 100, 200 of one day are hours, or minutes whose zeros in front are left out; 0, 1, 2 are hours, or the
 * minutes after midnight.
 */
function askForDigits({ column, timeOfDay, digits }: TimeColumns, remarks: Remarks) {
  if (!timeOfDay || (digits !== 4 && digits !== 2)) return;
  const cells = timeOfDay.cells.filter(Boolean);
  // Over several days hours come to 2300, and minutes past midnight do not.
  const isOfOneDay = new Set(column.cells).size === 1;
  const isEarly = new Set(cells).size < (digits === 2 ? LEAST_HOURS : 2);
  if (!isOfOneDay && !isEarly) return;
  const isOpen =
    digits === 2
      ? !/hour|hr|stunde|heure|hora/i.test(timeOfDay.label)
      : cells.every((cell) => Number(cell) % 100 === 0 && !/^0\d/.test(cell));
  const cell = cells.find((each) => Number(each) > 0);
  if (!isOpen || cell === undefined) return;
  const answer = (width: 2 | 4 | 6) => {
    const name = 'HHMMSS'.slice(0, width);
    const time = cell.padStart(width, '0').padEnd(4, '0').match(/../g)!.join(':');
    return {
      label: `${name}: ${cell} is ${time}`,
      sets: { timeOfDayDigits: width },
      option: `--time-of-day ${name.toLowerCase()}`,
    };
  };
  remarks.questions.push({
    field: 'timeOfDayDigits',
    text: `Times of day such as ${cell} in ${shown(timeOfDay)} can be read in two ways. Which one is it?`,
    answers: digits === 2 ? [answer(2), answer(4)] : [answer(4), answer(6)],
    assumed: null,
  });
}

function askForCalendar({ column, detected }: TimeColumns, remarks: Remarks) {
  const { calendar, format, times } = detected;
  const known = times.filter((time) => !Number.isNaN(time));
  const odd = unlikely(times);
  const cell = column.cells[odd] ?? column.cells.find(Boolean) ?? '';
  if (calendar === 'gregorian' && odd < 0) {
    const latest = known.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    if (latest > Date.now() / 1000 + DAY) {
      remarks.notes.push(`The last time, ${written(latest)}, is in the future.`);
    }
    return;
  }
  if (isCount(format)) return;
  const day = (of: number) => new Date(of * 1000).toISOString().slice(0, 10);
  const answer = (each: Calendar, label: string) => ({
    label,
    sets: { calendar: each },
    option: `--calendar ${each}`,
  });
  const other =
    calendar === 'gregorian'
      ? []
      : [answer(calendar, `${CALENDARS[calendar].name}: ${day(known[0]!)}`)];
  // Of a few rows it is no calendar that is another.
  const strange = known.filter((time) => !isLikely([time])).length;
  const isOfFew = calendar === 'gregorian' && strange * 2 < known.length;
  remarks.questions.push({
    field: 'calendar',
    text: `${shown(column)} says ${cell}, a year that no candles are of. ${isOfFew ? 'Other rows do not. Is it read rightly?' : 'Which calendar is it?'}`,
    answers: [
      ...other,
      answer('gregorian', isOfFew ? 'Yes, as it stands' : 'the Gregorian calendar, as it stands'),
    ],
    assumed: null,
  });
}

function askForZone(
  { column, timeOfDay, detected }: TimeColumns,
  clue: ZoneClue | null,
  remarks: Remarks,
) {
  const cells = (timeOfDay ?? column).cells;
  const abbreviation = /\s([a-z]{2,5})$/i.exec(cells.find(Boolean) ?? '')?.[1]?.toLowerCase() ?? '';
  const zones = AMBIGUOUS_ZONES[abbreviation];
  if (zones) {
    remarks.questions.push({
      field: 'timeZone',
      text: `Times end with ${abbreviation.toUpperCase()}, which is the name of several zones. Which one is it?`,
      answers: zones.map(zoneAnswer),
      assumed: null,
    });
    return;
  }
  if (detected.format.startsWith('unix') || cells.some(hasZone)) return;
  if (clue) {
    if (isIntraday(detected.times)) askByClue(clue, remarks);
    return;
  }
  if (!hasSessions(detected.times)) return;
  const first = sessionStart(detected.times);
  remarks.questions.push({
    field: 'timeZone',
    text: `${called(column)} names no time zone, and its days begin at ${first} like an exchange’s. Which zone is it?`,
    answers: ['UTC', ...(EXCHANGES[first] ?? ['America/New_York', 'Europe/Berlin'])].map(
      zoneAnswer,
    ),
    assumed: 'read as UTC',
  });
}

/** Behind a time, as an offset or a name. */
const hasZone = (cell: string) =>
  /\d\s?([+-]\d\d:?\d\d|z|utc|gmt|[a-z]+\/[a-z_]+)\b|:\d\d\s[a-z]{3,4}$/i.test(cell);

/** Days have no time that a zone would move. */
const isIntraday = (times: number[]) => times.some((time) => time % DAY !== 0);

function askByClue({ where, name, zones }: ZoneClue, remarks: Remarks) {
  if (zones.length === 1 && zones[0] === 'UTC') return;
  const known = zones.length > 0 ? zones : ['America/New_York', 'Europe/Berlin'];
  remarks.questions.push({
    field: 'timeZone',
    text: `${where} says ${name}, and the times have no offset. In which zone are they?`,
    answers: [...known, ...(zones.includes('UTC') ? [] : ['UTC'])].map(zoneAnswer),
    assumed: null,
  });
}

const zoneAnswer = (zone: string) => ({
  label: zone,
  sets: { timeZone: zone },
  option: `--timezone ${zone}`,
});

/** Where a day's first bar is at that time of day by the local clock. */
const EXCHANGES: Record<string, string[]> = {
  '09:30': ['America/New_York', 'Asia/Shanghai', 'Asia/Hong_Kong', 'America/Toronto'],
  '09:15': ['Asia/Kolkata'],
  '09:00': ['Europe/Berlin', 'Europe/Paris', 'Asia/Tokyo', 'Asia/Seoul'],
  '08:00': ['Europe/London'],
  '08:30': ['America/Chicago'],
  '10:00': ['Europe/Moscow', 'Australia/Sydney', 'America/Sao_Paulo', 'Europe/Istanbul'],
};

/** Days that begin alike, with nights of eight hours or more: what a zone's clocks would move. */
function hasSessions(times: number[]): boolean {
  const days = firstTimes(times);
  if (days.length < 3) return false;
  const nights = steps(times).filter((step) => step >= 8 * 3600);
  const common = mode(days);
  const alike = days.filter((first) => first === common).length;
  return hasShortSteps(times) && nights.length >= 2 && common > 0 && alike >= days.length * 0.8;
}

/** Bars within a day. */
const hasShortSteps = (times: number[]) => steps(times).some((step) => step > 0 && step < 6 * 3600);

const ascending = (times: number[]) =>
  times.filter((time) => !Number.isNaN(time)).sort((a, b) => a - b);

function steps(times: number[]): number[] {
  const sorted = ascending(times);
  return sorted.slice(1).map((time, i) => time - sorted[i]!);
}

/** The first time of day of each day. */
function firstTimes(times: number[]): number[] {
  const byDay = new Map<number, number>();
  for (const time of ascending(times)) {
    const day = Math.floor(time / DAY);
    if (!byDay.has(day)) byDay.set(day, time % DAY);
  }
  return [...byDay.values()];
}

function mode(values: number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 0;
}

const sessionStart = (times: number[]) =>
  new Date(mode(firstTimes(times)) * 1000).toISOString().slice(11, 16);
