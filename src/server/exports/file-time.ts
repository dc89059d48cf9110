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
  const isDate = parts.length <= 3 && parts.every(({ length }) => length <= 8);
  const iso = isoTime(time);
  return isDate && time % DAY === 0 && !text.includes(':') ? iso.replace(/T.*/, '') : iso;
}

export const isDateAlone = (time: unknown) =>
  typeof time === 'string' && /^\d{4}-\d\d-\d\d$/.test(time);

/**
 * A file in another zone calls its times `time_local`; their offset says what they are in UTC. A program that
 * makes spans calls theirs `start` and `end`.
 */
export const columnName = (cell: string) =>
  cell
    .trim()
    .toLowerCase()
    .replace(/_local$/, '_utc')
    .replace(/^(start|end)(_time)?$/, '$1_time_utc');
export const isTimeColumn = (name: string | undefined) => name?.endsWith('_utc') ?? false;
