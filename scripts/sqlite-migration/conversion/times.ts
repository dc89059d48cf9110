import type { TimeUnit } from '../source/profile';
import type { Action, Of, Outcome } from './outcome';
import { exact, finite, shown, writtenNumber } from './values';

/** The years 1 to 9999, as the database has it. */
const FIRST = -62_135_596_800;
const LAST = 253_402_300_799;
/** Within it a double holds microseconds. */
const PRECISE = 9e9;

const DATE =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(\.\d+)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

export const time: Action<number, Of<'integer' | 'real'>> = (cell, context, column) => {
  const number =
    cell.kind === 'integer' ? exact(cell, context, column) : finite(cell, context, column);
  return 'reject' in number ? number : toTime(number.value, context.units[column]);
};

/** A number, or a date with or without an offset from UTC. */
export const writtenTime: Action<number, Of<'text'>> = (cell, context, column) => {
  const number = writtenNumber(cell, context, column);
  if (!('reject' in number)) {
    const outcome = toTime(number.value, context.units[column]);
    return 'reject' in outcome ? outcome : { ...outcome, note: 'text read as a time' };
  }
  const match = DATE.exec(cell.value.trim());
  if (!match) {
    return cell.value.trim() ? { reject: `${shown(cell.value)} is not a time` } : number;
  }
  const [, day, clock = '00:00', fraction = '', offset = 'Z'] = match;
  const zone = /^z$/i.test(offset)
    ? 'Z'
    : offset.replace(/^(...):?(\d\d)?$/, (_, h, m = '00') => `${h}:${m}`);
  const midnight = Date.parse(`${day}T00:00Z`);
  // JavaScript takes February 31 for a day in March.
  const exists = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day ?? '');
  const ms = exists ? Date.parse(`${day}T${clock}${zone}`) : Number.NaN;
  if (Number.isNaN(ms)) return { reject: `${shown(cell.value)} is not a time` };
  const outcome = inCalendar(ms / 1000 + Number(fraction || 0));
  return 'reject' in outcome ? outcome : { ...outcome, note: 'date read as a time in UTC' };
};

function toTime(value: number, unit: TimeUnit | undefined): Outcome<number> {
  if (!unit?.milliseconds) {
    return Math.abs(value) >= 1e11
      ? { reject: `${value} looks like milliseconds in a column of seconds` }
      : inCalendar(value);
  }
  const { millis } = unit;
  if (Math.abs(value) < 1e11 && value * 1000 >= millis.min && value * 1000 <= millis.max) {
    return { reject: `${value} looks like seconds in a column of milliseconds` };
  }
  const outcome = inCalendar(value / 1000);
  return 'reject' in outcome || outcome.note
    ? outcome
    : { ...outcome, note: 'milliseconds made seconds' };
}

/** What PostgreSQL keeps of it: microseconds. */
function inCalendar(seconds: number): Outcome<number> {
  if (!(seconds >= FIRST && seconds <= LAST)) {
    return { reject: `the time ${seconds} is outside the years 1 to 9999` };
  }
  // -0 is not told apart from 0 as a time.
  if (Number.isInteger(seconds)) return { value: seconds || 0 };
  const rounded =
    Math.abs(seconds) < PRECISE ? Math.round(seconds * 1e6) / 1e6 : Math.round(seconds);
  const kept = rounded || 0;
  return kept === seconds ? { value: kept } : { value: kept, note: 'time rounded', lossy: true };
}
