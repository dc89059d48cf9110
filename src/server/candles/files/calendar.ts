import { assertNever } from '@/contract/assert-never';
import type { Calendar } from '@/contract/uploads';

const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days from 1970-01-01 to a date, NaN when there is none. */
export function days(year: number, month: number, day: number, calendar: Calendar = 'gregorian') {
  switch (calendar) {
    case 'gregorian':
      return gregorianDays(year, month, day);
    case 'buddhist':
      return gregorianDays(year - BUDDHIST_ERA, month, day);
    case 'minguo':
      return gregorianDays(year + MINGUO_ERA, month, day);
    case 'persian':
      return persianDays(year, month, day);
    default:
      return assertNever(calendar);
  }
}

const BUDDHIST_ERA = 543;
const MINGUO_ERA = 1911;

/** What people call each, with a date that is 2024-01-15 in ours. */
export const CALENDARS: Record<Calendar, { name: string; example: string }> = {
  gregorian: { name: 'the Gregorian calendar', example: '2024-01-15' },
  buddhist: { name: 'the Thai Buddhist calendar', example: '2567-01-15' },
  minguo: { name: 'the calendar of the Republic of China', example: '113/01/15' },
  persian: { name: 'the Persian calendar', example: '1402/10/25' },
};

function gregorianDays(year: number, month: number, day: number): number {
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= MONTH_DAYS[month - 1]!)) {
    return Number.NaN;
  }
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 2 && day === 29 && !leap) return Number.NaN;
  // Years that begin in March put the leap day last.
  const y = month > 2 ? year : year - 1;
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/**
 * Years of 365 days with 8 leap days in 33: Birashk's cycle, which agrees with the calendar of Iran
 * from 1925 to 2088.
 */
function persianDays(year: number, month: number, day: number): number {
  const isLeap = (25 * year + 11) % 33 < 8;
  const last = month <= 6 ? 31 : month < 12 || isLeap ? 30 : 29;
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= last)) return Number.NaN;
  const before = 365 * (year - 1) + Math.floor((8 * year + 21) / 33);
  const ofYear = (month - 1) * 31 - Math.max(0, month - 7) + day - 1;
  return before + ofYear + PERSIAN_EPOCH;
}

/** The day before 1 Farvardin of the year 1, from 1970-01-01. */
const PERSIAN_EPOCH = -492_268;

/** A two-digit year is the last one that is not to come: prices are of the past. */
export function fullYear(year: number, digits: number, now: number): number {
  if (digits !== 2) return digits === 4 || digits === 3 ? year : Number.NaN;
  const century = now - (now % 100);
  return century + year > now ? century - 100 + year : century + year;
}
