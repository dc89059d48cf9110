import type { UtcSeconds } from '@/contract/units';
import type { Calendar, TimeFormat } from '@/contract/uploads';
import { ByteCursor, COMMA, MINUS, SPACE } from './byte-cursor';
import { DateReader } from './date-reader';
import { TimeOfDay } from './time-of-day';
import { UnixTimes } from './unix-times';
import { AMBIGUOUS_ZONES, zoneNamed } from './zone-names';
import { ZoneClock } from './zones';

/** The years 1 to 9999. */
const FIRST = -62_135_596_800;
const LAST = 253_402_300_799;
const DAY = 86_400;
/** Days of Excel before 1970-01-01: it counts from 1899-12-30. */
const EXCEL_EPOCH = 25_569;
const LETTER_T = 116;

export type TimeOptions = {
  calendar?: Calendar | undefined;
  /** Of times of day without colons; told cell by cell when left out. */
  timeOfDayDigits?: number | undefined;
};

/** Reads times of one format from bytes; NaN for what is none. */
export class TimeParser {
  /** Whether the last time was NaN since clocks skip it. */
  isSkipped = false;
  /** Whether clocks show the last time twice, as ZoneClock has it. */
  twice: ZoneClock['twice'] = 'no';
  readonly #format: TimeFormat;
  readonly #cursor = new ByteCursor();
  readonly #unix: UnixTimes | null;
  readonly #dates: DateReader;
  readonly #timeOfDay = new TimeOfDay(this.#cursor);
  readonly #digitsOfDay: number;
  readonly #zone: ZoneClock;
  /** Clocks or offsets of zones that stand behind times. */
  readonly #named = new Map<string, ZoneClock | number>();

  /** `timeZone` is that of times without an offset. Throws a BAD_REQUEST for an unknown one. */
  constructor(format: TimeFormat, timeZone: string, options: TimeOptions = {}) {
    this.#format = format;
    this.#unix = UnixTimes.of(format);
    this.#zone = new ZoneClock(timeZone);
    this.#dates = new DateReader(format, options.calendar ?? 'gregorian', this.#cursor);
    this.#digitsOfDay = options.timeOfDayDigits ?? 0;
  }

  /** A date, a date with a time of day, or a number of units since an epoch. */
  parse(bytes: Uint8Array, start: number, end: number): UtcSeconds {
    const cursor = this.#cursor;
    this.isSkipped = false;
    this.twice = 'no';
    cursor.open(bytes, start, end);
    if (this.#unix) return rounded(this.#unix.read(cursor));
    if (this.#format === 'excel') return this.#excelTime();
    const date = this.#dates.read();
    if (Number.isNaN(date)) return date;
    if (cursor.isAtEnd) return this.#toUtc(date * DAY, true);
    const sign = cursor.bytes[cursor.at]! | 32;
    // A `T` or spaces; YYYYMMDDHHMM has nothing between the two.
    const isSign =
      sign === LETTER_T || sign === SPACE || sign === COMMA || sign === MINUS || sign === 127;
    if (isSign) {
      cursor.at++;
      while (cursor.bytes[cursor.at] === SPACE) cursor.at++;
    } else if (this.#format !== 'yyyymmdd') return Number.NaN;
    return this.#withTimeOfDay(date, 0);
  }

  /** A time whose date and time of day stand in two cells. */
  parseParts(bytes: Uint8Array, start: number, end: number, from: number, to: number): UtcSeconds {
    this.isSkipped = false;
    this.twice = 'no';
    if (this.#unix) return Number.NaN;
    this.#cursor.open(bytes, start, end);
    const date = this.#format === 'excel' ? this.#excelDay() : this.#dates.read();
    // Some vendors repeat midnight in the date: 2024-01-31 00:00:00.
    const rest = this.#cursor.rest();
    if (Number.isNaN(date) || !/^([ t]0?0:00(:00(\.0+)?)?)?$/.test(rest)) return Number.NaN;
    this.#cursor.open(bytes, from, to);
    return this.#withTimeOfDay(date, this.#digitsOfDay);
  }

  #excelTime(): UtcSeconds {
    const local = Math.round((this.#excelNumber() - EXCEL_EPOCH) * DAY);
    return Number.isNaN(local) ? local : this.#toUtc(local, local % DAY === 0);
  }

  #excelDay(): number {
    const number = this.#excelNumber();
    this.#cursor.at = this.#cursor.end;
    return Math.floor(number) - EXCEL_EPOCH;
  }

  #excelNumber(): number {
    const text = this.#cursor.rest();
    return /^\d+([.,]\d+)?$/.test(text) ? Number(text.replace(',', '.')) : Number.NaN;
  }

  /** The time of day from the cursor to the end, on `date`. */
  #withTimeOfDay(date: number, width: number): UtcSeconds {
    const ofDay = this.#timeOfDay;
    if (!ofDay.read(width)) return Number.NaN;
    const local = date * DAY + ofDay.seconds;
    if (ofDay.zone !== null) return this.#inZone(ofDay.zone, local);
    if (ofDay.offset !== null) return rounded(local - ofDay.offset);
    return this.#toUtc(local, ofDay.seconds === 0);
  }

  #toUtc(local: number, isDate: boolean): UtcSeconds {
    const time = this.#zone.toUtc(local, isDate);
    this.isSkipped = Number.isNaN(time);
    this.twice = this.#zone.twice;
    return rounded(time);
  }

  /** In the zone of that name, which stands behind the time. */
  #inZone(name: string, local: number): UtcSeconds {
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
    if (typeof zone !== 'number') this.twice = zone.twice;
    return rounded(time);
  }
}

const rounded = (time: number): UtcSeconds =>
  time >= FIRST && time <= LAST ? Math.round(time * 1e6) / 1e6 : Number.NaN;
