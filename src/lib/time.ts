/**
 * Unix seconds in UTC. May carry a fraction; PostgreSQL keeps microseconds and so do we.
 * It is the one form of time outside the database.
 */
export type UtcSeconds = number;

const PG_TIMESTAMP =
  /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?(?:Z|\+00(?::?00)?)$/;

/** Reads the text PostgreSQL sends for a timestamptz when the session's TimeZone is UTC. */
export function fromPgTimestamp(text: string): UtcSeconds {
  const match = PG_TIMESTAMP.exec(text);
  if (!match) throw new RangeError(`not a UTC timestamp of the years 1 to 9999: ${text}`);
  const [, date, clock, fraction] = match;
  const micros = Number((fraction ?? '').padEnd(6, '0'));
  // One rounding, in the division, so that decimals come back as they were written.
  return (Date.parse(`${date}T${clock}Z`) * 1000 + micros) / 1e6;
}

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
