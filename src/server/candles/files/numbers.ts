const ZERO = 48;
const MINUS = 45;
const PLUS = 43;
/** Whole numbers under it, and powers of ten up to 10^22, are exact: one division rounds once. */
const MAX_MANTISSA = 2 ** 53 / 10 - 1;
const POWERS = Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));

/**
 * The number written in bytes `start` to `end` with `point` as its decimal sign, as `Number` reads
 * it, or NaN for any but the plainest notation: readNumber knows the others.
 */
export function plainNumber(bytes: Uint8Array, start: number, end: number, point: number): number {
  let at = start;
  const sign = bytes[at] === MINUS ? -1 : 1;
  if (sign < 0 || bytes[at] === PLUS) at++;
  let mantissa = 0;
  let digits = 0;
  let decimals = -1;
  for (; at < end; at++) {
    const byte = bytes[at]!;
    const digit = byte - ZERO;
    if (digit >= 0 && digit <= 9) {
      if (mantissa > MAX_MANTISSA) return Number.NaN;
      mantissa = mantissa * 10 + digit;
      digits++;
      if (decimals >= 0) decimals++;
    } else if (byte === point && decimals < 0) {
      decimals = 0;
    } else return Number.NaN;
  }
  if (digits === 0) return Number.NaN;
  if (decimals <= 0) return sign * mantissa;
  return decimals < POWERS.length ? (sign * mantissa) / POWERS[decimals]! : Number.NaN;
}

const SCIENTIFIC = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;
const CURRENCY = /^([+-]?)\s*(?:[A-Z]{0,3}[$€£¥₹₽₩฿]|[A-Z]{3}(?=[\s\d]))\s*/;
const UNIT = /\s*(?:[$€£¥₹₽₩฿]|(?<=[\d\s])[A-Z]{3}|(?<=\s)(?:kr|zł|Kč|Ft|р\.?)\.?)$/;
/** Groups of three, or as in India of two with a last one of three; the same sign between all. */
const GROUPED = {
  '.': /^[+-]?\d{1,3}(?:([,'’\u00a0\u202f ])\d{2,3}(?:\1\d{2,3})*)(?<=\D\d{3})(?:\.\d*)?$/,
  ',': /^[+-]?\d{1,3}(?:([.'’\u00a0\u202f ])\d{2,3}(?:\1\d{2,3})*)(?<=\D\d{3})(?:,\d*)?$/,
};
const GROUP_SIGNS = { '.': /[,'’\u00a0\u202f ]/g, ',': /[.'’\u00a0\u202f ]/g };

/** A number with thousands separators, a currency sign or an exponent; NaN if it is none. */
export function readNumber(text: string, decimalComma: boolean): number {
  const point = decimalComma ? ',' : '.';
  const bare = text.trim().replace('\u2212', '-').replace(CURRENCY, '$1').replace(UNIT, '');
  const digits = GROUPED[point].test(bare) ? bare.replace(GROUP_SIGNS[point], '') : bare;
  if (decimalComma && digits.includes('.')) return Number.NaN;
  const plain = decimalComma ? digits.replace(',', '.') : digits;
  return SCIENTIFIC.test(plain) ? Number(plain) : Number.NaN;
}

const NOTHING = /^(|-+|nan|null|none|nil|n\/?a|#n\/a)$/i;
export const isNothing = (text: string) => NOTHING.test(text.trim());

export const isNo = (text: string) => /^(false|f|no|n|0|open)$/i.test(text.trim());
export const isYes = (text: string) => /^(true|t|yes|y|1|closed)$/i.test(text.trim());

const SCALES = { K: 'e3', M: 'e6', B: 'e9', T: 'e12' } as const;

/** As readNumber, with the thousands and millions that vendors shorten to K and M. */
export function readVolume(text: string, decimalComma: boolean): number {
  const scale = SCALES[text.trim().at(-1)?.toUpperCase() as keyof typeof SCALES];
  if (!scale) return readNumber(text, decimalComma);
  const short = readNumber(text.trim().slice(0, -1), decimalComma);
  return Number.isNaN(short) ? short : Number(`${short}${scale}`);
}
