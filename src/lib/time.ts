import type { UtcSeconds } from '@/contract/units';

const PG_TIMESTAMP = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|\+00(?::?00)?)$/;
/** After 400 years the calendar repeats to the day. */
const CALENDAR_CYCLE_SECONDS = 146_097 * 86_400;

/** Reads the text PostgreSQL sends for a timestamptz when the session's TimeZone is UTC. */
export function fromPgTimestamp(text: string): UtcSeconds {
  if (!PG_TIMESTAMP.test(text)) {
    throw new RangeError(`not a UTC timestamp of the years 1 to 9999: ${text}`);
  }
  // Date.UTC takes the years 0 to 99 for the twentieth century; a cycle later it does not.
  const year = two(text, 0) * 100 + two(text, 2) + 400;
  const [month, day] = [two(text, 5) - 1, two(text, 8)];
  const ms = Date.UTC(year, month, day, two(text, 11), two(text, 14), two(text, 17));
  const seconds = ms / 1000 - CALENDAR_CYCLE_SECONDS;
  if (text[19] !== '.') return seconds;
  // One rounding, in the division, so that decimals come back as they were written.
  return (seconds * 1e6 + Math.round(Number.parseFloat(text.slice(19)) * 1e6)) / 1e6;
}

/** The number that two digits of the text write. */
const two = (text: string, at: number) => text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 528;

/** Writes Unix seconds as text that PostgreSQL reads back to the same microsecond. */
export function toPgTimestamp(seconds: UtcSeconds): string {
  const micros = Math.round(seconds * 1e6);
  const whole = Math.floor(micros / 1e6);
  const date = new Date(whole * 1000);
  if (Number.isNaN(date.getTime())) throw new RangeError(`not a time: ${seconds}`);
  const fraction = String(micros - whole * 1e6).padStart(6, '0');
  return `${date.toISOString().slice(0, -5).replace('T', ' ')}.${fraction}+00`;
}

/** The time that PostgreSQL stores for `seconds`. */
export const toStoredTime = (seconds: UtcSeconds) => fromPgTimestamp(toPgTimestamp(seconds));
