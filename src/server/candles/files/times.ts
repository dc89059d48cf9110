import type { Calendar, TimeFormat } from '@/contract/uploads';
import type { UtcSeconds } from '@/lib/time';
import { days, fullYear } from './calendar';
import { monthOf } from './months';
import { plainNumber } from './numbers';
import { AMBIGUOUS_ZONES, zoneNamed } from './zone-names';
import { ZoneClock } from './zones';

/** How many of the format are a second, and the first number that is none of the format but of the next. */
const UNIX = [
  { format: 'unix-s', perSecond: 1, limit: 1e11 },
  { format: 'unix-ms', perSecond: 1e3, limit: 1e14 },
  { format: 'unix-us', perSecond: 1e6, limit: 1e17 },
  { format: 'unix-ns', perSecond: 1e9, limit: Number.POSITIVE_INFINITY },
] as const;
/** 1973: what is before it in one unit may be today in a smaller one. */
const RECENT = 1e8;
/** The years 1 to 9999. */
const FIRST = -62_135_596_800;
const LAST = 253_402_300_799;
const DAY = 86_400;
/** Days of Excel before 1970-01-01: it counts from 1899-12-30. */
const EXCEL_EPOCH = 25_569;
const DOT = 46;
const COMMA = 44;
const COLON = 58;
const SPACE = 32;
const MINUS = 45;
const SLASH = 47;
const LETTER_H = 104;

/** What a time of day may end with: half of the day, offset, and a zone in brackets or not. */
const SUFFIX =
  /^ ?(?:([ap])\.? ?(?:m\.?)?(?![a-z/]))? ?(?:(z)(?![a-z])|(utc|gmt)(?![a-z/]))? ?([+-]\d{1,2}:?(?:\d\d)?(?::?00)?)? ?(?:\[([\w/+-]+)\]|\([^)]*\)|([a-z][\w/+-]*))?$/;

export type TimeOptions = {
  calendar?: Calendar | undefined;
  /** Of times of day without colons; told cell by cell when left out. */
  timeOfDayDigits?: number | undefined;
};

/** Reads times of one format from bytes; NaN for what is none. */
export class TimeParser {
  /** Whether the last time was NaN since clocks skip it. */
  isSkipped = false;
  readonly #format: TimeFormat;
  #unit: number;
  #unitChanges = 0;
  readonly #zone: ZoneClock;
  readonly #calendar: Calendar;
  readonly #digitsOfDay: number;
  readonly #now = new Date().getUTCFullYear();
  /** Clocks or offsets of zones that stand behind times. */
  readonly #named = new Map<string, ZoneClock | number>();
  readonly #months = new Map<string, number>();
  #bytes: Uint8Array = new Uint8Array();
  #at = 0;
  #end = 0;
  /** Digits of the last number read. */
  #digits = 0;

  /** `timeZone` is that of times without an offset. Throws a BAD_REQUEST for an unknown one. */
  constructor(format: TimeFormat, timeZone: string, options: TimeOptions = {}) {
    this.#format = format;
    this.#unit = UNIX.findIndex((unit) => unit.format === format);
    this.#zone = new ZoneClock(timeZone);
    this.#calendar = options.calendar ?? 'gregorian';
    this.#digitsOfDay = options.timeOfDayDigits ?? 0;
  }

  /** A date, a date with a time of day, or a number of units since an epoch. */
  parse(bytes: Uint8Array, start: number, end: number): UtcSeconds {
    this.isSkipped = false;
    if (this.#unit >= 0) return this.#unixTime(bytes, start, end);
    this.#open(bytes, start, end);
    if (this.#format === 'excel') return this.#excelTime();
    const date = this.#date();
    if (Number.isNaN(date)) return date;
    if (this.#at === end) return this.#finish(date, 0, null);
    const sign = this.#bytes[this.#at]! | 32;
    // A `T` or spaces; YYYYMMDDHHMM has nothing between the two.
    const isSign =
      sign === 116 || sign === SPACE || sign === COMMA || sign === MINUS || sign === 127;
    if (isSign) {
      this.#at++;
      while (this.#bytes[this.#at] === SPACE) this.#at++;
    } else if (this.#format !== 'yyyymmdd') return Number.NaN;
    return this.#timeOfDay(date, 0);
  }

  /** A time whose date and time of day stand in two cells. */
  parseParts(bytes: Uint8Array, start: number, end: number, from: number, to: number): UtcSeconds {
    this.isSkipped = false;
    if (this.#unit >= 0) return Number.NaN;
    this.#open(bytes, start, end);
    const date = this.#format === 'excel' ? this.#excelDay() : this.#date();
    // Some vendors repeat midnight in the date: 2024-01-31 00:00:00.
    const rest = this.#text();
    if (Number.isNaN(date) || !/^([ t]0?0:00(:00(\.0+)?)?)?$/.test(rest)) return Number.NaN;
    this.#open(bytes, from, to);
    return this.#timeOfDay(date, this.#digitsOfDay);
  }

  #open(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  #unixTime(bytes: Uint8Array, start: number, end: number): UtcSeconds {
    let value = plainNumber(bytes, start, end, DOT);
    if (Number.isNaN(value)) {
      this.#open(bytes, start, end);
      const text = this.#text();
      value = /^-?\d+(\.\d+)?(e\+?\d+)?$/.test(text) ? Number(text) : Number.NaN;
    }
    const size = Math.abs(value);
    const { perSecond, limit } = UNIX[this.#unit]!;
    if (size >= limit || (size < RECENT * perSecond && this.#unit > 0)) this.#changeUnit(size);
    if (this.#unitChanges > 1) return Number.NaN;
    const time = Math.round(value * (1e6 / UNIX[this.#unit]!.perSecond)) / 1e6;
    return time >= FIRST && time <= LAST ? time : Number.NaN;
  }

  /** To the unit in which the number is of our time, if there is one. */
  #changeUnit(size: number) {
    const unit = UNIX.findIndex(
      ({ perSecond, limit }) => size >= RECENT * perSecond && size < limit,
    );
    if (unit < 0 || unit === this.#unit) return;
    this.#unit = unit;
    this.#unitChanges++;
  }

  #excelTime(): UtcSeconds {
    const number = this.#excelNumber();
    const local = Math.round((number - EXCEL_EPOCH) * DAY);
    if (Number.isNaN(local)) return local;
    return this.#toUtc(local, local % DAY === 0);
  }

  #excelDay(): number {
    const number = this.#excelNumber();
    this.#at = this.#end;
    return Math.floor(number) - EXCEL_EPOCH;
  }

  #excelNumber(): number {
    const text = this.#text();
    return /^\d+([.,]\d+)?$/.test(text) ? Number(text.replace(',', '.')) : Number.NaN;
  }

  /** Days since 1970 of the date at the start. */
  #date(): number {
    switch (this.#format) {
      case 'yyyymmdd': {
        const date = this.#number(8);
        if (this.#digits !== 8) return Number.NaN;
        return this.#days(Math.floor(date / 10_000), Math.floor(date / 100) % 100, date % 100);
      }
      case 'yymmdd':
      case 'ddmmyy':
        return this.#dateOfSixDigits();
      case 'd-mon-y':
        return this.#dateWithName();
      case 'mon-y':
        return this.#monthWithName();
      case 'year-month':
      case 'month-year':
        return this.#month();
      default:
        this.#skipWeekday();
        return this.#dateOfNumbers();
    }
  }

  #dateOfSixDigits(): number {
    const date = this.#number(6);
    if (this.#digits !== 6) return Number.NaN;
    const [first, month, last] = [
      Math.floor(date / 10_000),
      Math.floor(date / 100) % 100,
      date % 100,
    ];
    const [year, day] = this.#format === 'yymmdd' ? [first, last] : [last, first];
    return this.#days(fullYear(year, 2, this.#now), month, day);
  }

  #dateOfNumbers(): number {
    const first = this.#number(4);
    const firstDigits = this.#digits;
    if (!this.#separator()) return Number.NaN;
    const second = this.#number(2);
    if (!this.#separator()) return Number.NaN;
    const third = this.#number(4);
    const thirdDigits = this.#digits;
    this.#skipDayMark();
    if (this.#format === 'dmy') return this.#days(this.#year(third, thirdDigits), second, first);
    if (this.#format === 'mdy') return this.#days(this.#year(third, thirdDigits), first, second);
    const isYear = firstDigits === 4 || (firstDigits === 3 && this.#calendar === 'minguo');
    return isYear && thirdDigits <= 2 ? this.#days(first, second, third) : Number.NaN;
  }

  /** 3-Jan-22, 03 January 2022, Jan 3, 2022 or Mon Jan 03 2022. */
  #dateWithName(): number {
    let day = this.#number(2);
    let isDayFirst = this.#digits > 0;
    this.#skipSigns();
    let month = this.#monthName();
    this.#skipSigns();
    if (month === 0 && !isDayFirst) {
      // A weekday, with the date behind it.
      day = this.#number(2);
      isDayFirst = this.#digits > 0;
      this.#skipSigns();
      month = this.#monthName();
      this.#skipSigns();
    }
    if (!isDayFirst) {
      day = this.#number(2);
      this.#skipSigns();
    }
    const year = this.#number(4);
    return this.#days(this.#year(year, this.#digits), month, day);
  }

  #monthWithName(): number {
    const month = this.#monthName();
    this.#skipSigns();
    const year = this.#number(4);
    const isEnd = this.#at === this.#end;
    return isEnd ? this.#days(this.#year(year, this.#digits), month, 1) : Number.NaN;
  }

  #month(): number {
    const first = this.#number(4);
    const firstDigits = this.#digits;
    if (!this.#separator()) return Number.NaN;
    const second = this.#number(4);
    const secondDigits = this.#digits;
    this.#skipDayMark();
    if (this.#at !== this.#end) return Number.NaN;
    if (this.#format === 'month-year') {
      return secondDigits === 4 ? this.#days(second, first, 1) : Number.NaN;
    }
    return firstDigits === 4 && secondDigits <= 2 ? this.#days(first, second, 1) : Number.NaN;
  }

  #year = (year: number, digits: number) => fullYear(year, digits, this.#now);

  #days = (year: number, month: number, day: number) => days(year, month, day, this.#calendar);

  /** The time of day from here to the end, on `date`; `width` as in TimeOptions. */
  #timeOfDay(date: number, width: number): UtcSeconds {
    const start = this.#at;
    let hour = this.#number(9);
    let minute = 0;
    let second: number | null = null;
    const digits = width > 0 && this.#at === this.#end ? Math.max(width, this.#digits) : 0;
    if (this.#digits > 2 || digits > 0) {
      const length = digits || this.#digits;
      // 930, 093000 or 093000000: hours, minutes, seconds and milliseconds in a row.
      const thousandths = length > 6 ? hour % 1000 : 0;
      if (length > 6) hour = Math.floor(hour / 1000);
      if (length > 4) {
        second = (hour % 100) + thousandths / 1000;
        hour = Math.floor(hour / 100);
      }
      minute = hour % 100;
      hour = Math.floor(hour / 100);
    } else if (this.#isBetweenHourAndMinute()) {
      const sign = this.#bytes[this.#at++]!;
      minute = this.#twoDigits();
      if (this.#next(sign === DOT ? DOT : COLON)) second = this.#twoDigits();
    } else {
      // 09-AM, as hourly files of CryptoDataDownload have it.
      this.#next(MINUS);
    }
    if (this.#at === start) return Number.NaN;
    if (second !== null) second += this.#fraction();
    if (!(hour >= 0 && minute <= 59 && (second ?? 0) < 60)) return Number.NaN;
    const rest = minute * 60 + (second ?? 0);
    if (hour > 24 || (hour === 24 && rest > 0)) return Number.NaN;
    if (this.#at === this.#end) return this.#finish(date, hour * 3600 + rest, null);

    const suffix = SUFFIX.exec(this.#text());
    if (!suffix) return Number.NaN;
    const [, half, zulu, utc, offset, inBrackets, named] = suffix;
    if (half) {
      if (hour < 1 || hour > 12) return Number.NaN;
      hour = (hour % 12) + (half === 'p' ? 12 : 0);
    }
    const ofDay = hour * 3600 + rest;
    if (zulu || utc || offset) return this.#finish(date, ofDay, offsetOf(offset));
    const zone = inBrackets ?? named;
    return zone === undefined
      ? this.#finish(date, ofDay, null)
      : this.#finishIn(zone, date * DAY + ofDay);
  }

  /** A colon; or a point or an h with two digits behind it. */
  #isBetweenHourAndMinute(): boolean {
    if (this.#at >= this.#end) return false;
    const sign = this.#bytes[this.#at]!;
    if (sign === COLON) return true;
    const digit = this.#at + 1 < this.#end ? this.#bytes[this.#at + 1]! : 0;
    return (sign === DOT || sign === LETTER_H) && digit >= 48 && digit <= 57;
  }

  #finish(date: number, ofDay: number, offset: number | null): UtcSeconds {
    const local = date * DAY + ofDay;
    return offset === null ? this.#toUtc(local, ofDay === 0) : rounded(local - offset);
  }

  #toUtc(local: number, isDate: boolean): UtcSeconds {
    const time = this.#zone.toUtc(local, isDate);
    this.isSkipped = Number.isNaN(time);
    return rounded(time);
  }

  /** In the zone of that name, which stands behind the time. */
  #finishIn(name: string, local: number): UtcSeconds {
    let zone = this.#named.get(name);
    if (zone === undefined) {
      // Where one of several zones is meant, the mapping says which.
      if (AMBIGUOUS_ZONES[name]) zone = this.#zone;
      else {
        const found = zoneNamed(name);
        if (found === null) return Number.NaN;
        zone = typeof found === 'number' ? found : new ZoneClock(found);
      }
      this.#named.set(name, zone);
    }
    const time = typeof zone === 'number' ? local - zone : zone.toUtc(local);
    this.isSkipped = Number.isNaN(time);
    return rounded(time);
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

  /** Between the numbers of a date: a sign, or 年 and 月, and perhaps a space. */
  #separator(): boolean {
    const sign = this.#bytes[this.#at]!;
    if (sign === MINUS || sign === SLASH || sign === DOT) this.#at++;
    else if (!this.#skipDayMark()) return false;
    while (this.#at < this.#end && this.#bytes[this.#at] === SPACE) this.#at++;
    return true;
  }

  /** 年, 月, 日 or their like in Korean: characters of three bytes. */
  #skipDayMark(): boolean {
    if (this.#at >= this.#end || this.#bytes[this.#at]! < 0xe0) return false;
    this.#at += 3;
    return true;
  }

  /** `Mon ` or `Fri., ` before a date that begins with a number. */
  #skipWeekday() {
    const start = this.#at;
    while (this.#at < this.#end && isLetter(this.#bytes[this.#at]!)) this.#at++;
    if (this.#at > start) this.#skipSigns();
  }

  #skipSigns() {
    while (this.#at < this.#end && " -/.,'".includes(String.fromCharCode(this.#bytes[this.#at]!))) {
      this.#at++;
    }
    // Spanish and Portuguese: 5 de enero de 2024.
    const isDe =
      (this.#bytes[this.#at]! | 32) === 100 &&
      (this.#bytes[this.#at + 1]! | 32) === 101 &&
      this.#bytes[this.#at + 2] === SPACE;
    if (isDe && this.#at + 3 <= this.#end) this.#at += 3;
  }

  #monthName(): number {
    const start = this.#at;
    while (this.#at < this.#end && isLetter(this.#bytes[this.#at]!)) this.#at++;
    const name = Buffer.from(this.#bytes.subarray(start, this.#at)).toString('utf8');
    let month = this.#months.get(name);
    if (month === undefined) {
      month = monthOf(name);
      this.#months.set(name, month);
    }
    return month;
  }

  #text(): string {
    return String.fromCharCode(...this.#bytes.subarray(this.#at, this.#end)).toLowerCase();
  }
}

/** Of ASCII, or a byte of any other. */
const isLetter = (byte: number) => byte >= 0x80 || ((byte | 32) >= 97 && (byte | 32) <= 122);

const rounded = (time: number): UtcSeconds =>
  time >= FIRST && time <= LAST ? Math.round(time * 1e6) / 1e6 : Number.NaN;

function offsetOf(text: string | undefined): number {
  if (!text) return 0;
  const digits = text.replace(/\D/g, '');
  const hours = Number(digits.slice(0, 2));
  const seconds = hours * 3600 + Number(digits.slice(2, 4) || 0) * 60;
  return text.startsWith('-') ? -seconds : seconds;
}
