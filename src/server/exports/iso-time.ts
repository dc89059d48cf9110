import type { UtcSeconds } from '@/contract/units';

const ISO = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z$/;
const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/;
const MOST_DECIMALS = 30;

/**
 * `2010-02-08T00:00:00Z`, with as many decimals as bring the same number back. A number that no
 * calendar has stays one.
 */
export function isoTime(seconds: UtcSeconds): string {
  const whole = Math.floor(seconds);
  const date = new Date(whole * 1000);
  const iso = Number.isNaN(date.getTime()) ? '' : date.toISOString();
  if (!/^\d/.test(iso)) return String(seconds);
  const stem = iso.slice(0, 19);
  if (whole === seconds) return `${stem}Z`;
  for (let decimals = 1; decimals <= MOST_DECIMALS; decimals++) {
    const fraction = (seconds - whole).toFixed(decimals);
    const text = `${stem}${fraction.slice(1)}Z`;
    if (fraction.startsWith('0') && readIsoTime(text) === seconds) return text;
  }
  return String(seconds);
}

/** NaN for what isoTime does not write. */
export function readIsoTime(text: string): UtcSeconds {
  const match = ISO.exec(text);
  if (!match) return NUMBER.test(text) ? Number(text) : Number.NaN;
  const [, stem, fraction = ''] = match;
  const whole = Date.parse(`${stem}Z`) / 1000;
  // Of a time since 1970 the digits are read at once, as one rounding brings back what was written.
  return whole >= 0 ? Number(`${whole}${fraction}`) : whole + Number(`0${fraction}`);
}
