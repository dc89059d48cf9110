import { type ByteCursor, COLON, COMMA, DOT, MINUS } from './byte-cursor';

const LETTER_H = 104;

/** What a time of day may end with: half of the day, offset, and a zone in brackets or not. */
const SUFFIX =
  /^ ?(?:([ap])\.? ?(?:m\.?)?(?![a-z/]))? ?(?:(z)(?![a-z])|(utc|gmt)(?![a-z/]))? ?([+-]\d{1,2}:?(?:\d\d)?(?::?00)?)? ?(?:\[([\w/+-]+)\]|\([^)]*\)|([a-z][\w/+-]*))?$/;

/** A time of day as it is written, with the offset or the zone behind it. */
export class TimeOfDay {
  /** Since midnight. */
  seconds = 0;
  /** Of UTC, in seconds; null where none is written. */
  offset: number | null = null;
  /** Name of the zone behind the time. */
  zone: string | null = null;
  readonly #cursor: ByteCursor;

  constructor(cursor: ByteCursor) {
    this.#cursor = cursor;
  }

  /**
   * Reads from the cursor to the end; false where that is no time of day. Of digits without colons the
   * last `width` are it; 0 where each tells by its length.
   */
  read(width: number): boolean {
    const cursor = this.#cursor;
    const start = cursor.at;
    this.offset = null;
    this.zone = null;
    let hour = cursor.number(9);
    let minute = 0;
    let second: number | null = null;
    const digits = width > 0 && cursor.isAtEnd ? Math.max(width, cursor.digits) : 0;
    if (cursor.digits > 2 || digits > 0) {
      const length = digits || cursor.digits;
      // 930, 093000 or 093000000: hours, minutes, seconds and milliseconds in a row.
      const thousandths = length > 6 ? hour % 1000 : 0;
      if (length > 6) hour = Math.floor(hour / 1000);
      if (length > 4) {
        second = (hour % 100) + thousandths / 1000;
        hour = Math.floor(hour / 100);
      }
      if (length > 2) {
        minute = hour % 100;
        hour = Math.floor(hour / 100);
      }
    } else if (this.#isBetweenHourAndMinute()) {
      const sign = cursor.bytes[cursor.at++]!;
      minute = cursor.twoDigits();
      if (cursor.next(sign === DOT ? DOT : COLON)) second = cursor.twoDigits();
    } else {
      // 09-AM, as hourly files of CryptoDataDownload have it.
      cursor.next(MINUS);
    }
    if (cursor.at === start) return false;
    if (second !== null) second += this.#fraction();
    if (!(hour >= 0 && minute <= 59 && (second ?? 0) < 60)) return false;
    const rest = minute * 60 + (second ?? 0);
    if (hour > 24 || (hour === 24 && rest > 0)) return false;
    this.seconds = hour * 3600 + rest;
    return cursor.isAtEnd || this.#suffix(hour, rest);
  }

  #suffix(hour: number, rest: number): boolean {
    const suffix = SUFFIX.exec(this.#cursor.rest());
    if (!suffix) return false;
    const [, half, zulu, utc, offset, inBrackets, named] = suffix;
    if (half) {
      if (hour < 1 || hour > 12) return false;
      this.seconds = ((hour % 12) + (half === 'p' ? 12 : 0)) * 3600 + rest;
    }
    if (zulu || utc || offset) this.offset = offsetOf(offset);
    else this.zone = inBrackets ?? named ?? null;
    return true;
  }

  /** A colon; or a point or an h with two digits behind it. */
  #isBetweenHourAndMinute(): boolean {
    const { at, end, bytes } = this.#cursor;
    if (at >= end) return false;
    const sign = bytes[at]!;
    if (sign === COLON) return true;
    const digit = at + 1 < end ? bytes[at + 1]! : 0;
    return (sign === DOT || sign === LETTER_H) && digit >= 48 && digit <= 57;
  }

  #fraction(): number {
    const cursor = this.#cursor;
    if (!cursor.next(DOT) && !cursor.next(COMMA)) return 0;
    const value = cursor.number(6) / 10 ** cursor.digits;
    cursor.number(12);
    return value;
  }
}

function offsetOf(text: string | undefined): number {
  if (!text) return 0;
  const digits = text.replace(/\D/g, '');
  const hours = Number(digits.slice(0, 2));
  const seconds = hours * 3600 + Number(digits.slice(2, 4) || 0) * 60;
  return text.startsWith('-') ? -seconds : seconds;
}
