import type { Calendar, TimeFormat } from '@/contract/uploads';
import type { ByteCursor } from './byte-cursor';
import { days, fullYear } from './calendar';
import { monthOf } from './months';

/** Reads dates of one format; each method answers days since 1970, NaN for what is no date. */
export class DateReader {
  readonly #format: TimeFormat;
  readonly #calendar: Calendar;
  readonly #cursor: ByteCursor;
  readonly #now = new Date().getUTCFullYear();
  readonly #months = new Map<string, number>();

  constructor(format: TimeFormat, calendar: Calendar, cursor: ByteCursor) {
    this.#format = format;
    this.#calendar = calendar;
    this.#cursor = cursor;
  }

  /** Of the date at the cursor, which is moved behind it. */
  read(): number {
    switch (this.#format) {
      case 'yyyymmdd': {
        const date = this.#cursor.number(8);
        if (this.#cursor.digits !== 8) return Number.NaN;
        return this.#days(Math.floor(date / 10_000), Math.floor(date / 100) % 100, date % 100);
      }
      case 'yymmdd':
      case 'ddmmyy':
        return this.#sixDigits();
      case 'd-mon-y':
        return this.#withMonthName();
      case 'y-mon-d':
        return this.#yearFirst();
      case 'mon-y':
        return this.#monthNameAndYear();
      case 'year-month':
      case 'month-year':
        return this.#monthAndYear();
      default:
        this.#skipWeekday();
        return this.#threeNumbers();
    }
  }

  #sixDigits(): number {
    const date = this.#cursor.number(6);
    if (this.#cursor.digits !== 6) return Number.NaN;
    const [first, month, last] = [
      Math.floor(date / 10_000),
      Math.floor(date / 100) % 100,
      date % 100,
    ];
    const [year, day] = this.#format === 'yymmdd' ? [first, last] : [last, first];
    return this.#days(this.#year(year, 2), month, day);
  }

  #threeNumbers(): number {
    const cursor = this.#cursor;
    const first = cursor.number(4);
    const firstDigits = cursor.digits;
    if (!cursor.separator()) return Number.NaN;
    const second = cursor.number(2);
    if (!cursor.separator()) return Number.NaN;
    const third = cursor.number(4);
    const thirdDigits = cursor.digits;
    cursor.skipDayMark();
    if (this.#format === 'dmy') return this.#days(this.#year(third, thirdDigits), second, first);
    if (this.#format === 'mdy') return this.#days(this.#year(third, thirdDigits), first, second);
    const isYear = firstDigits === 4 || (firstDigits === 3 && this.#calendar === 'minguo');
    const isShort = this.#format === 'ymd' && firstDigits === 2 && thirdDigits === 2;
    if (!(isYear && thirdDigits <= 2) && !isShort) return Number.NaN;
    return this.#days(this.#year(first, firstDigits), second, third);
  }

  /** 3-Jan-22, 03 January 2022, Jan 3, 2022 or Mon Jan 03 2022. */
  #withMonthName(): number {
    const cursor = this.#cursor;
    let day = cursor.number(2);
    let isDayFirst = cursor.digits > 0;
    cursor.skipSigns();
    let month = this.#monthName();
    cursor.skipSigns();
    if (month === 0 && !isDayFirst) {
      // A weekday, with the date behind it.
      day = cursor.number(2);
      isDayFirst = cursor.digits > 0;
      cursor.skipSigns();
      month = this.#monthName();
      cursor.skipSigns();
    }
    if (!isDayFirst) {
      day = cursor.number(2);
      cursor.skipSigns();
    }
    const year = cursor.number(4);
    return this.#days(this.#year(year, cursor.digits), month, day);
  }

  #yearFirst(): number {
    const cursor = this.#cursor;
    const year = cursor.number(4);
    const digits = cursor.digits;
    cursor.skipSigns();
    const month = this.#monthName();
    cursor.skipSigns();
    const day = cursor.number(2);
    return digits === 2 || digits === 4
      ? this.#days(this.#year(year, digits), month, day)
      : Number.NaN;
  }

  #monthNameAndYear(): number {
    const month = this.#monthName();
    this.#cursor.skipSigns();
    const year = this.#cursor.number(4);
    if (!this.#cursor.isAtEnd) return Number.NaN;
    return this.#days(this.#year(year, this.#cursor.digits), month, 1);
  }

  #monthAndYear(): number {
    const cursor = this.#cursor;
    const first = cursor.number(4);
    const firstDigits = cursor.digits;
    if (!cursor.separator()) return Number.NaN;
    const second = cursor.number(4);
    const secondDigits = cursor.digits;
    cursor.skipDayMark();
    if (!cursor.isAtEnd) return Number.NaN;
    if (this.#format === 'month-year') {
      return secondDigits === 4 ? this.#days(second, first, 1) : Number.NaN;
    }
    return firstDigits === 4 && secondDigits <= 2 ? this.#days(first, second, 1) : Number.NaN;
  }

  #monthName(): number {
    const cursor = this.#cursor;
    const start = cursor.at;
    cursor.skipLetters();
    const name = Buffer.from(cursor.bytes.subarray(start, cursor.at)).toString('utf8');
    let month = this.#months.get(name);
    if (month === undefined) {
      month = monthOf(name);
      this.#months.set(name, month);
    }
    return month;
  }

  /** `Mon ` or `Fri., ` before a date that begins with a number. */
  #skipWeekday() {
    const start = this.#cursor.at;
    this.#cursor.skipLetters();
    if (this.#cursor.at > start) this.#cursor.skipSigns();
  }

  #year = (year: number, digits: number) => fullYear(year, digits, this.#now);

  #days = (year: number, month: number, day: number) => days(year, month, day, this.#calendar);
}
