const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** Two-digit years from here on are of the twentieth century. */
const CENTURY_TURN = 70;

/** 1 to 12 for a month's English name in lower case, or its first letters; 0 for any other word. */
export const monthOf = (name: string) => MONTHS.indexOf(name.slice(0, 3)) + 1;

/** The year that its last two digits stand for, or the year itself; NaN for other numbers of digits. */
export function fullYear(year: number, digits: number): number {
  if (digits === 4) return year;
  if (digits !== 2) return Number.NaN;
  return year + (year < CENTURY_TURN ? 2000 : 1900);
}

/** Days from 1970-01-01 to a date of the Gregorian calendar, NaN when there is none. */
export function days(year: number, month: number, day: number): number {
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
