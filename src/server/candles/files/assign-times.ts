import type { ColumnRole, Mapping, Question } from '@/contract/uploads';
import { AppError } from '../../errors';
import { type Column, called } from './columns';
import { detectTime, timeOfDayDigits } from './detect-time';
import type { Layout } from './layout';
import { type Remarks, shown } from './questions';
import { byName, findTimes, partsOf, type TimeColumns } from './time-columns';

export type AssignedTimes = {
  /** Null where no column holds times that are recognised. */
  found: TimeColumns | null;
  roles: Map<ColumnRole, Column>;
  /** In UTC, of each row; empty where there are none. */
  values: number[];
};

const TIME_ROLES: ColumnRole[] = ['time', 'date', 'time-of-day'];

/** The columns of the times: those that a person named, or those that are found among `free`. */
export function assignTimes(
  free: Column[],
  told: Map<ColumnRole, Column>,
  layout: Layout,
  fileName: string,
  given: Partial<Mapping>,
  remarks: Remarks,
): AssignedTimes {
  const hint = { format: given.timeFormat, calendar: given.calendar };
  const isTold = TIME_ROLES.some((role) => told.has(role));
  const found = isTold ? timesAsTold(told, fileName, hint) : findTimes(free, hint);
  if (!found) {
    if (isTold) return { found: null, roles: new Map(), values: [] };
    const column = byName(free)[0] ?? free.find(({ isEmpty }) => !isEmpty);
    if (column) remarks.questions.push(askForFormat(column, free, layout));
    const roles = new Map<ColumnRole, Column>(column ? [['time', column]] : []);
    return { found: null, roles, values: [] };
  }
  const roles = new Map<ColumnRole, Column>(
    found.timeOfDay
      ? [
          ['date', found.column],
          ['time-of-day', found.timeOfDay],
        ]
      : [['time', found.column]],
  );
  return { found, roles, values: found.detected.times };
}

function timesAsTold(
  told: Map<ColumnRole, Column>,
  fileName: string,
  hint: Parameters<typeof findTimes>[1],
): TimeColumns | null {
  const column = told.get('time') ?? told.get('date');
  if (!column) return null;
  const detected = detectTime(column.cells, { ...hint, isNamed: true, isDate: told.has('date') });
  if (!detected) {
    const example = column.cells.find(Boolean) ?? '';
    throw new AppError(
      'BAD_REQUEST',
      `${fileName}: the column “${called(column)}”, with ${example === '' ? 'nothing in it' : `“${example}”`}, holds no times that are recognised.`,
    );
  }
  const timeOfDay = told.get('time-of-day') ?? null;
  if (!timeOfDay) return { column, timeOfDay, digits: null, detected };
  return partsOf(column, timeOfDay, timeOfDayDigits(timeOfDay.cells), detected);
}

/** Quotes a cell that is not understood, with what it looks like. */
function askForFormat(column: Column, free: Column[], { lines }: Layout): Question {
  const row = column.cells.findIndex(Boolean);
  const cell = column.cells[row] ?? '';
  return {
    field: 'timeFormat',
    text: `Line ${lines[row] ?? 1}: ${shown(column)}, “${cell}”, is no time that is recognised.${hintOf(column, free)}`,
    answers: [],
    assumed: null,
  };
}

const DAY_MS = 86_400_000;
function hintOf({ cells, numbers }: Column, free: Column[]): string {
  const parts = free.filter(({ label }) => /^(year|month|day|hour|minute)$/i.test(label.trim()));
  if (parts.length > 2) {
    const names = parts.map(shown).join(', ');
    return ` Its times stand in several columns, ${names}: write them in one, as 2024-01-31 09:30.`;
  }
  if (cells.every((cell) => /^(1[89]|20)\d\d$/.test(cell))) {
    return ' It holds years alone: write the day that each begins with, such as 2024-01-01.';
  }
  const isRising = numbers.every((value, i) => i === 0 || value > numbers[i - 1]!);
  const areWhole = numbers.every((value) => Number.isInteger(value) && value >= 0);
  if (numbers.length > 1 && isRising && areWhole) {
    if (numbers.every((value) => value < DAY_MS && value % 1000 === 0)) {
      return ' It looks like milliseconds of a day: the date may be in the file’s name only, and needs a column.';
    }
    if (numbers[0]! <= 1) return ' It counts the rows: a column for the time is missing.';
  }
  if (cells.some((cell) => /\p{L}{3,}/u.test(cell))) {
    return ' Its words are of no month that is known: write the month as a number.';
  }
  return ' Write it as 2024-01-31 09:30, or as Unix seconds.';
}
