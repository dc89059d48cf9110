import type { ColumnRole } from '@/contract/uploads';
import { type DetectedTime, detectTime, isClock, isClockOfDigits } from './detect-time';
import { dateAndClock, priceColumns, timeColumns, volumeColumns } from './header';
import { readNumber, readVolume } from './numbers';

export type DetectedColumns = { roles: ColumnRole[]; time: DetectedTime };

/** A share of rows that tells more than chance while some are broken. */
const MOST = 0.9;

/** Roles by the names of a header, which may be a name short; null without a time or a price. */
export function columnsByHeader(header: string[], rows: string[][]): DetectedColumns | null {
  const names = align(header, rows);
  const prices = priceColumns(names);
  if (prices.size < 4) return null;
  const time = timeByHeader(names, rows, new Set(prices.values()));
  if (!time) return null;
  const roles = names.map((): ColumnRole => 'ignore');
  for (const [role, column] of prices) roles[column] = role;
  place(roles, time);
  const volumes = volumeColumns(names).filter((column) => roles[column] === 'ignore');
  const traded = volumes.find((column) => columnOf(rows, column).some((cell) => !isZero(cell)));
  const volume = traded ?? volumes[0];
  if (volume !== undefined) roles[volume] = 'volume';
  return { roles, time: time.detected };
}

/** Roles by what is in the columns: a time, perhaps one of day, four prices, perhaps a volume. */
export function columnsByContent(rows: string[][], width: number): DetectedColumns | null {
  const indices = Array.from({ length: width }, (_, i) => i);
  const time = firstTime(rows, indices);
  if (!time) return null;
  const next = columnOf(rows, time.column + 1);
  const dates = columnOf(rows, time.column);
  const hasClock = isClock(next) || isClockOfDigits(next, dates);
  const numbers = indices.filter(
    (column) => column > time.column + (hasClock ? 1 : 0) && isNumeric(columnOf(rows, column)),
  );
  if (numbers.length < 4) return null;
  const roles = indices.map((): ColumnRole => 'ignore');
  place(roles, { ...time, clock: hasClock ? time.column + 1 : null });
  const [open, high, low, close] = orderPrices(rows, numbers.slice(0, 4));
  roles[open!] = 'open';
  roles[high!] = 'high';
  roles[low!] = 'low';
  roles[close!] = 'close';
  if (numbers[4] !== undefined) roles[numbers[4]] = 'volume';
  return { roles, time: time.detected };
}

type TimeColumn = { column: number; clock: number | null; detected: DetectedTime };

function place(roles: ColumnRole[], time: TimeColumn) {
  roles[time.column] = time.clock === null ? 'time' : 'date';
  if (time.clock !== null) roles[time.clock] = 'time-of-day';
}

/** Names for every column of the rows, when the header has one less than there are. */
export function align(header: string[], rows: string[][]): string[] {
  const width = commonWidth(rows);
  if (width < header.length) return header.slice(0, width);
  if (width === header.length) return header;
  const unnamed = Array.from({ length: width - header.length }, () => '');
  const [named] = timeColumns(header);
  if (named !== undefined && detectTime(columnOf(rows, named))) {
    const split = isClock(columnOf(rows, named + 1));
    if (split) return header.toSpliced(named + 1, 0, 'time-of-day', ...unnamed.slice(1));
    return [...header, ...unnamed];
  }
  return [...unnamed, ...header];
}

function timeByHeader(names: string[], rows: string[][], taken: Set<number>): TimeColumn | null {
  const pair = dateAndClock(names);
  if (pair) {
    const detected = detectTime(columnOf(rows, pair.date));
    const clock = columnOf(rows, pair.clock);
    const isOfDay = isClock(clock) || isClockOfDigits(clock, columnOf(rows, pair.date));
    if (detected && isOfDay) return { column: pair.date, clock: pair.clock, detected };
  }
  const rest = [...names.keys()].filter((column) => !taken.has(column));
  return firstTime(rows, [...timeColumns(names), ...rest]);
}

function firstTime(rows: string[][], columns: number[]): TimeColumn | null {
  for (const column of columns) {
    const detected = detectTime(columnOf(rows, column));
    if (detected) return { column, clock: null, detected };
  }
  return null;
}

/** Open, high, low and close among four columns: mostly in that order, else by which is highest. */
function orderPrices(rows: string[][], columns: number[]): number[] {
  const values = rows.map((row) => columns.map((column) => looseNumber(row[column] ?? '')));
  const mostly = (is: (row: number[]) => boolean) => values.filter(is).length >= rows.length * MOST;
  const isHigh = (i: number) => mostly((row) => row.every((value) => row[i]! >= value));
  const isLow = (i: number) => mostly((row) => row.every((value) => row[i]! <= value));
  const places = [1, 0, 2, 3];
  const high = places.find(isHigh) ?? 1;
  const low = [2, 1, 3, 0].find((i) => i !== high && isLow(i)) ?? 2;
  const [open, close] = [0, 1, 2, 3].filter((i) => i !== high && i !== low);
  return [open!, high, low, close!].map((i) => columns[i]!);
}

/** The number of cells that most rows have. */
export function commonWidth(rows: string[][]): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 0;
}

export const columnOf = (rows: string[][], column: number) => rows.map((row) => row[column] ?? '');

const isZero = (cell: string) => readVolume(cell, false) === 0 || cell === '';

function isNumeric(cells: string[]): boolean {
  return cells.filter((cell) => !Number.isNaN(looseNumber(cell))).length > cells.length / 2;
}

/** A number in either notation. */
export function looseNumber(cell: string): number {
  const value = readNumber(cell, false);
  return Number.isNaN(value) ? readNumber(cell, true) : value;
}
