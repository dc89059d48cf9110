import type { TimeFormat } from '@/contract/uploads';
import type { UtcSeconds } from '@/lib/time';
import { days, fullYear, monthOf } from './calendar';
import { plainNumber } from './numbers';
import { ZoneClock } from './zones';

/** How each format is named to people. */
export const TIME_FORMAT_NAMES: Record<TimeFormat, string> = {
  'unix-s': 'Unix seconds',
  'unix-ms': 'Unix milliseconds',
  'unix-us': 'Unix microseconds',
  iso: 'YYYY-MM-DD',
  yyyymmdd: 'YYYYMMDD',
  dmy: 'day/month/year',
  mdy: 'month/day/year',
  ymd: 'YYYY/MM/DD',
  'd-mon-y': 'day-month name-year',
};

const UNIX = new Map<TimeFormat, number>([
  ['unix-s', 1],
  ['unix-ms', 1e3],
  ['unix-us', 1e6],
]);
/** The years 1 to 9999. */
const FIRST = -62_135_596_800;
const LAST = 253_402_300_799;
const DAY = 86_400;
const DOT = 46;
const COMMA = 44;
const COLON = 58;
const SPACE = 32;
const MINUS = 45;

/** What a time that follows the date may end with, in any case. */
const SUFFIX = /^ ?(?:([ap])\.?m?\.?)? ?(?:(z)|(utc|gmt)?([+-]\d{1,2}:?(?:\d\d)?)?)$/;

/** Reads times of one format from bytes; NaN for what is none. */
export class TimeParser {
  readonly #format: TimeFormat;
  readonly #unix: number | undefined;
  readonly #zone: ZoneClock;
  #bytes: Uint8Array = new Uint8Array();
  #at = 0;
  #end = 0;
  /** Digits of the last number read. */
  #digits = 0;

  /** `timeZone` is that of times without an offset. Throws a BAD_REQUEST for an unknown one. */
  constructor(format: TimeFormat, timeZone: string) {
    this.#format = format;
    this.#unix = UNIX.get(format);
    this.#zone = new ZoneClock(timeZone);
  }

  /** A date, a date with a time of day, or a Unix time. */
  parse(bytes: Uint8Array, start: number, end: number): UtcSeconds {
    if (this.#unix !== undefined) return this.#unixTime(bytes, start, end, this.#unix);
    this.#open(bytes, start, end);
    const date = this.#date();
    if (Number.isNaN(date)) return date;
    if (this.#at === end) return this.#finish(date, 0, null);
    const sign = this.#bytes[this.#at]! | 32;
    // A `T` or spaces; YYYYMMDDHHMM has nothing between the two.
    if (sign === 116 || sign === SPACE || sign === COMMA) {
      this.#at++;
      while (this.#bytes[this.#at] === SPACE) this.#at++;
    } else if (this.#format !== 'yyyymmdd') return Number.NaN;
    return this.#clock(date);
  }

  /** A time whose date and time of day stand in two cells. */
  parseParts(bytes: Uint8Array, start: number, end: number, from: number, to: number): UtcSeconds {
    if (this.#unix !== undefined) return Number.NaN;
    this.#open(bytes, start, end);
    const date = this.#date();
    // Some vendors repeat midnight in the date: 2024-01-31 00:00:00.
    const rest = this.#text();
    if (Number.isNaN(date) || !/^([ t]0?0:00(:00(\.0+)?)?)?$/.test(rest)) return Number.NaN;
    this.#open(bytes, from, to);
    return this.#clock(date);
  }

  #open(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  #unixTime(bytes: Uint8Array, start: number, end: number, perSecond: number): UtcSeconds {
    let value = plainNumber(bytes, start, end, DOT);
    if (Number.isNaN(value)) {
      this.#open(bytes, start, end);
      const text = this.#text();
      value = /^\d+(\.\d+)?(e\+?\d+)?$/.test(text) ? Number(text) : Number.NaN;
    }
    const time = Math.round(value * (1e6 / perSecond)) / 1e6;
    return time >= FIRST && time <= LAST ? time : Number.NaN;
  }

  /** Days since 1970 of the date at the start. */
  #date(): number {
    switch (this.#format) {
      case 'yyyymmdd': {
        const date = this.#number(8);
        if (this.#digits !== 8) return Number.NaN;
        return days(Math.floor(date / 10_000), Math.floor(date / 100) % 100, date % 100);
      }
      case 'd-mon-y':
        return this.#dateWithName();
      default:
        return this.#dateOfNumbers();
    }
  }

  #dateOfNumbers(): number {
    const first = this.#number(4);
    const firstDigits = this.#digits;
    if (!this.#separator()) return Number.NaN;
    const second = this.#number(2);
    if (!this.#separator()) return Number.NaN;
    const third = this.#number(4);
    const yearDigits =
      this.#format === 'dmy' || this.#format === 'mdy' ? this.#digits : firstDigits;
    if (this.#format === 'dmy') return days(fullYear(third, yearDigits), second, first);
    if (this.#format === 'mdy') return days(fullYear(third, yearDigits), first, second);
    return yearDigits === 4 ? days(first, second, third) : Number.NaN;
  }

  /** 3-Jan-22, 03 January 2022 or Jan 3, 2022. */
  #dateWithName(): number {
    let day = this.#number(2);
    const dayFirst = this.#digits > 0;
    this.#skipSigns();
    const month = this.#monthName();
    this.#skipSigns();
    if (!dayFirst) {
      day = this.#number(2);
      this.#skipSigns();
    }
    const year = this.#number(4);
    return days(fullYear(year, this.#digits), month, day);
  }

  /** The time of day from here to the end, on `date`. */
  #clock(date: number): UtcSeconds {
    let hour = this.#number(9);
    let minute = 0;
    let second: number | null = null;
    if (this.#digits > 2) {
      // 930, 093000 or 093000000: hours, minutes, seconds and milliseconds in a row.
      const thousandths = this.#digits > 6 ? hour % 1000 : 0;
      if (this.#digits > 6) hour = Math.floor(hour / 1000);
      if (this.#digits > 4) {
        second = (hour % 100) + thousandths / 1000;
        hour = Math.floor(hour / 100);
      }
      minute = hour % 100;
      hour = Math.floor(hour / 100);
    } else if (this.#next(COLON)) {
      minute = this.#twoDigits();
      if (this.#next(COLON)) second = this.#twoDigits();
    } else {
      // 09-AM, as hourly files of CryptoDataDownload have it.
      this.#next(MINUS);
    }
    if (second !== null) second += this.#fraction();
    if (!(hour >= 0 && minute <= 59 && (second ?? 0) < 60)) return Number.NaN;
    const rest = minute * 60 + (second ?? 0);
    if (this.#at === this.#end) {
      return hour > 23 ? Number.NaN : this.#finish(date, hour * 3600 + rest, null);
    }

    const suffix = SUFFIX.exec(this.#text());
    if (!suffix) return Number.NaN;
    const [, half, zulu, named, offset] = suffix;
    if (half) {
      if (hour < 1 || hour > 12) return Number.NaN;
      hour = (hour % 12) + (half === 'p' ? 12 : 0);
    }
    if (hour > 23) return Number.NaN;
    const isAbsolute = zulu || named || offset;
    return this.#finish(date, hour * 3600 + rest, isAbsolute ? offsetOf(offset) : null);
  }

  #finish(date: number, ofDay: number, offset: number | null): UtcSeconds {
    const local = date * DAY + ofDay;
    const time = offset === null ? this.#zone.toUtc(local) : local - offset;
    return time >= FIRST && time <= LAST ? Math.round(time * 1e6) / 1e6 : Number.NaN;
  }

  /** A run of at most `most` digits; `#digits` tells how many there were. */
  #number(most: number): number {
    let value = 0;
    let digits = 0;
    while (this.#at < this.#end && digits < most) {
      const digit = this.#bytes[this.#at]! - 48;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
      digits++;
      this.#at++;
    }
    this.#digits = digits;
    return digits === 0 ? Number.NaN : value;
  }

  #twoDigits(): number {
    const value = this.#number(2);
    return this.#digits === 2 ? value : Number.NaN;
  }

  #next(sign: number): boolean {
    if (this.#at >= this.#end || this.#bytes[this.#at] !== sign) return false;
    this.#at++;
    return true;
  }

  #fraction(): number {
    if (!this.#next(DOT) && !this.#next(COMMA)) return 0;
    const value = this.#number(6) / 10 ** this.#digits;
    this.#number(12);
    return value;
  }

  #separator(): boolean {
    const sign = this.#bytes[this.#at++];
    return sign === MINUS || sign === 47 || sign === DOT;
  }

  #skipSigns() {
    while (this.#at < this.#end && ' -/.,'.includes(String.fromCharCode(this.#bytes[this.#at]!))) {
      this.#at++;
    }
  }

  #monthName(): number {
    const start = this.#at;
    while (this.#at < this.#end && (this.#bytes[this.#at]! | 32) >= 97) this.#at++;
    const name = String.fromCharCode(...this.#bytes.subarray(start, this.#at)).toLowerCase();
    return monthOf(name);
  }

  #text(): string {
    return String.fromCharCode(...this.#bytes.subarray(this.#at, this.#end)).toLowerCase();
  }
}

function offsetOf(text: string | undefined): number {
  if (!text) return 0;
  const digits = text.replace(/\D/g, '');
  const hours = Number(digits.slice(0, 2));
  const seconds = hours * 3600 + Number(digits.slice(2) || 0) * 60;
  return text.startsWith('-') ? -seconds : seconds;
}
