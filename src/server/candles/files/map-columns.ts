import type { ColumnRole, Mapping, TimeFormat } from '@/contract/uploads';
import { AppError } from '../../errors';
import {
  askDayOrMonth,
  DELIMITERS,
  type Detected,
  detect,
  hasDecimalComma,
  MAX_SKIPPED,
  pricesOf,
  SAMPLED,
  skipUnits,
  splitLines,
  splitRows,
} from './detect';
import { align, columnOf, commonWidth, looseNumber } from './detect-columns';
import { type DetectedTime, detectTime } from './detect-time';

/** What columns are taken for, each by its name in the header or by its number, from 1. */
export type ColumnMap = ReadonlyMap<ColumnRole, string>;
type Table = {
  delimiter: Mapping['delimiter'];
  skipLines: number;
  header: string[] | null;
  /** Of each column; empty where the header has none. */
  names: string[];
  data: string[][];
};
type Given = Partial<Mapping>;

const TIMES: ColumnRole[] = ['time', 'date', 'time-of-day'];

/**
 * How to read a file that begins with `text`, when a person says what some of its columns are; the
 * rest is detected. Throws a BAD_REQUEST that names the columns there are for one that is not there.
 */
export function mapColumns(
  text: string,
  fileName: string,
  wanted: ColumnMap,
  given: Given = {},
): Detected {
  const delimiters = given.delimiter ? [given.delimiter] : DELIMITERS;
  const detected = detect(text, delimiters);
  const table = findTable(splitLines(text), wanted, detected, given, delimiters);
  const { delimiter, names, data } = table;
  const isDetected = detected?.mapping.columns.length === names.length;
  const roles = isDetected && detected ? [...detected.mapping.columns] : names.map(() => ignored);
  const isTimeGiven = TIMES.some((role) => wanted.has(role));
  for (const [at, role] of roles.entries()) {
    if (wanted.has(role) || (isTimeGiven && TIMES.includes(role))) roles[at] = 'ignore';
  }
  for (const [role, column] of wanted) roles[placeOf(column, table, fileName)] = role;
  const time = timeOf(table, roles, fileName, given.timeFormat);
  const mapping: Mapping = {
    delimiter,
    skipLines: given.skipLines ?? table.skipLines,
    columns: roles,
    timeFormat: time.format,
    timeZone: given.timeZone ?? 'UTC',
    decimalComma: given.decimalComma ?? hasDecimalComma(pricesOf(data, roles), delimiter),
  };
  const questions = given.timeFormat ? [] : askDayOrMonth({ time, roles }, data);
  return {
    format: detected?.format ?? 'Columns as told',
    mapping,
    header: table.header,
    questions,
  };
}

const ignored: ColumnRole = 'ignore';
const isNumber = (column: string) => /^\d+$/.test(column);
const plain = (name: string) => name.trim().toLowerCase();

/** The table whose header has the names that are wanted; else the one that was detected, or the widest. */
function findTable(
  lines: string[],
  wanted: ColumnMap,
  detected: Detected | null,
  given: Given,
  delimiters: Mapping['delimiter'][],
): Table {
  const names = [...wanted.values()].filter((column) => !isNumber(column)).map(plain);
  for (const delimiter of names.length > 0 ? delimiters : []) {
    const rows = splitRows(lines, delimiter);
    const hasAll = (row: string[]) =>
      names.every((name) => row.some((cell) => plain(cell) === name));
    const at = rows.slice(0, MAX_SKIPPED).findIndex(hasAll);
    if (at >= 0)
      return tableOf(rows, delimiter, given.skipLines ?? skipUnits(rows, at + 1), rows[at]!);
  }
  if (detected) {
    const { delimiter, skipLines } = { ...detected.mapping, ...given };
    const rows = splitRows(lines, delimiter);
    return tableOf(rows, delimiter, skipLines, detected.header ?? lineAbove(rows, skipLines));
  }
  const widths = delimiters.map((delimiter) => {
    const rows = splitRows(lines, delimiter);
    return { delimiter, rows, width: commonWidth(rows.filter((row) => row.length > 1)) };
  });
  const { delimiter, rows } = widths.sort((a, b) => b.width - a.width)[0]!;
  const first = rows.findIndex((row) => row.some((cell) => !Number.isNaN(looseNumber(cell))));
  const skipLines = given.skipLines ?? Math.max(first, 0);
  return tableOf(rows, delimiter, skipLines, lineAbove(rows, skipLines));
}

/** A header in words that nobody here knows. */
const lineAbove = (rows: string[][], skipLines: number) => rows[skipLines - 1] ?? null;

function tableOf(
  rows: string[][],
  delimiter: Mapping['delimiter'],
  skipLines: number,
  header: string[] | null,
): Table {
  const data = rows.slice(skipLines, skipLines + SAMPLED).filter((row) => row.some(Boolean));
  const names = header ? align(header, data) : Array.from({ length: commonWidth(data) }, () => '');
  return { delimiter, skipLines, header, names, data };
}

function placeOf(column: string, { names }: Table, fileName: string): number {
  const at = names.findIndex((name) => plain(name) === plain(column));
  if (at >= 0) return at;
  const number = isNumber(column) ? Number(column) : 0;
  if (number >= 1 && number <= names.length) return number - 1;
  const listed = names.map((name, i) => (name ? `${i + 1} ${name}` : String(i + 1))).join(', ');
  throw new AppError(
    'BAD_REQUEST',
    `${fileName} has no column “${column}”. Its columns are: ${listed}.`,
  );
}

function timeOf(
  { data, names }: Table,
  roles: ColumnRole[],
  fileName: string,
  format: TimeFormat | undefined,
): DetectedTime {
  const column = roles.findIndex((role) => role === 'time' || role === 'date');
  const cells = columnOf(data, column);
  if (format) return { format, other: null, readable: cells.length };
  const detected = column < 0 ? null : detectTime(cells);
  // A mapping without a time is refused by what it lacks.
  if (column < 0) return { format: 'iso', other: null, readable: 0 };
  if (detected) return detected;
  const name = names[column] || String(column + 1);
  const example = cells.find(Boolean) ?? '';
  throw new AppError(
    'BAD_REQUEST',
    `${fileName}: the column “${name}”, with ${example === '' ? 'nothing in it' : `“${example}”`}, holds no times that are recognised.`,
  );
}
