import { type Clock, isDate, UTC } from '@/contract/clock';
import type { UtcSeconds } from '@/contract/units';
import type { FileRecord } from './field-columns';
import { isoTime, readIsoTime } from './iso-time';

const MINUTE = 60;
const TWO = (value: number) => String(value).padStart(2, '0');

/** How the times of a CSV file are written, for people: in UTC, or as the clocks of a zone show them, with their offset. */
export type WrittenTimes = {
  columns(names: readonly string[]): string[];
  time(seconds: UtcSeconds): string;
  /** A record whose times are written in UTC, in the order of its columns. */
  record(record: FileRecord): FileRecord;
};

/** Of a chart with bars of so many seconds: a bar that is a day stays one, as on the chart. */
export function timesIn(clock: Clock, timeframe: number | null): WrittenTimes {
  if (clock.zone === UTC.zone) {
    return { columns: (names) => [...names], time: isoTime, record: (record) => record };
  }
  const time = (seconds: UtcSeconds) =>
    isDate(seconds, timeframe) ? isoTime(seconds) : zonedTime(seconds, clock);
  const isTime = (column: string) => column.endsWith('_utc');
  return {
    time,
    columns: (names) => names.map((name) => name.replace(/_utc$/, '_local')),
    record: (record) =>
      Object.fromEntries(
        Object.entries(record).map(([column, value]) => [
          column,
          isTime(column) && typeof value === 'string' ? time(readIsoTime(value)) : value,
        ]),
      ),
  };
}

/** `2010-11-07T01:30:00-05:00`; in UTC where the clocks were off by seconds, which no such text can say. */
function zonedTime(seconds: UtcSeconds, clock: Clock): string {
  const offset = clock.offset(seconds);
  const shown = isoTime(seconds + offset);
  if (offset % MINUTE !== 0 || !shown.endsWith('Z')) return isoTime(seconds);
  const minutes = Math.abs(offset) / MINUTE;
  return `${shown.slice(0, -1)}${offset < 0 ? '-' : '+'}${TWO(Math.floor(minutes / 60))}:${TWO(minutes % 60)}`;
}
