import type { UtcSeconds } from '@/contract/units';

const ISO = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z$/;
const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/;
const MOST_DECIMALS = 30;
const DAY = 86_400;

/**
 * `2010-02-08T00:00:00Z`, with as many decimals as bring the same number back. A number that no
 * calendar has stays one.
 */
export function isoTime(seconds: UtcSeconds): string {
  const whole = Math.floor(seconds);
  const date = isoDate(Math.floor(whole / DAY));
  if (date === null) return String(seconds);
  const stem = `${date}T${clock(whole % DAY < 0 ? (whole % DAY) + DAY : whole % DAY)}`;
  if (whole === seconds) return `${stem}Z`;
  for (let decimals = 1; decimals <= MOST_DECIMALS; decimals++) {
    const fraction = (seconds - whole).toFixed(decimals);
    const text = `${stem}${fraction.slice(1)}Z`;
    if (fraction.startsWith('0') && readIsoTime(text) === seconds) return text;
  }
  return String(seconds);
}

/** Candles come by the day, and to ask for its date takes most of the time. */
let latest = { day: Number.NaN, date: '' as string | null };

/** `2010-02-08`, of a day since 1970; null for one that four digits cannot name. */
function isoDate(day: number): string | null {
  if (day === latest.day) return latest.date;
  const date = new Date(day * DAY * 1000);
  const iso = Number.isNaN(date.getTime()) ? '' : date.toISOString();
  latest = { day, date: /^\d/.test(iso) ? iso.slice(0, 10) : null };
  return latest.date;
}

const TWO_DIGITS = Array.from({ length: 60 }, (_, i) => String(i).padStart(2, '0'));
const clock = (second: number) =>
  `${TWO_DIGITS[Math.floor(second / 3600)]}:${TWO_DIGITS[Math.floor((second % 3600) / 60)]}:${TWO_DIGITS[second % 60]}`;

/** Whether it is a time that isoTime writes for a day that a calendar has. */
export const isWrittenTime = (text: string) => ISO.test(text);

/** NaN for what isoTime does not write. */
export function readIsoTime(text: string): UtcSeconds {
  const match = ISO.exec(text);
  if (!match) return NUMBER.test(text) ? Number(text) : Number.NaN;
  const [, stem, fraction = ''] = match;
  const whole = Date.parse(`${stem}Z`) / 1000;
  // Of a time since 1970 the digits are read at once, as one rounding brings back what was written.
  return whole >= 0 ? Number(`${whole}${fraction}`) : whole + Number(`0${fraction}`);
}
