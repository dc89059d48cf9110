import type { UtcSeconds } from '@/contract/units';
import { TimeParser } from '../candles/files/times';
import { isoTime, readIsoTime } from './iso-time';

const parser = new TimeParser('iso', 'UTC');

/** As readIsoTime, and every other way to write a date that begins with the year; UTC where none is said. */
export function readFileTime(text: string): UtcSeconds {
  const time = readIsoTime(text);
  if (!Number.isNaN(time)) return time;
  const bytes = Buffer.from(text);
  return parser.parse(bytes, 0, bytes.length);
}

const DAY = 86_400;

/** A time that `text` says, for a record: as a date where it says no time of day. */
export function recordTime(text: string, time: UtcSeconds): string {
  const parts = text.match(/\d+/g) ?? [];
  // Unix seconds say the time of day.
  const isDate =
    Number(text) !== time && parts.length <= 3 && parts.every(({ length }) => length <= 8);
  const iso = isoTime(time);
  return isDate && time % DAY === 0 && !text.includes(':') ? iso.replace(/T.*/, '') : iso;
}

export const isDateAlone = (time: unknown) =>
  typeof time === 'string' && /^\d{4}-\d\d-\d\d$/.test(time);

/**
 * The names of columns as records have them. A file in another zone calls its times `time_local`; their offset
 * says what they are in UTC. A column of a program's name is taken where there is none of ours.
 */
export function columnNames(header: readonly string[]): string[] {
  const names = header.map((cell) =>
    cell
      .trim()
      .toLowerCase()
      .replace(/_local$/, '_utc'),
  );
  // Beside prices, such columns may be the candles' own.
  const isOfCandles = names.includes('open') || names.includes('close');
  for (const [name, known] of ALIASES) {
    if (
      names.includes(name) ||
      (isOfCandles && name !== 'start_time_utc' && name !== 'end_time_utc')
    )
      continue;
    const at = known.map((alias) => names.map(words).indexOf(alias)).find((each) => each >= 0);
    if (at !== undefined) names[at] = name;
  }
  return names;
}

const words = (name: string) => name.replace(/[ _-]*\(?utc\)?$/, '').replaceAll(/[ _.-]/g, '');

export const isLocal = (header: string) => /_local\s*$/i.test(header);

/** The first that is there. */
const ALIASES: [string, string[]][] = [
  ['start_time_utc', ends('start').concat('begin', 'from')],
  ['end_time_utc', ends('end').concat('to')],
  ['time_utc', ['time', 'timestamp', 'datetime', 'date']],
  ['label', ['labelname', 'pattern', 'tag', 'class']],
  ['chart', ['symbol', 'ticker', 'instrument']],
];

function ends(end: string) {
  return ['', 'time', 'date', 'datetime', 'timestamp', 'ts'].map((what) => end + what);
}

export const isTimeColumn = (name: string | undefined) => name?.endsWith('_utc') ?? false;
