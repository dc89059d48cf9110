import type { ColumnRole, Inspection, Mapping } from '@/contract/uploads';
import { Cells } from './cells';
import {
  columnOf,
  columnsByContent,
  columnsByHeader,
  commonWidth,
  type DetectedColumns,
  looseNumber,
} from './detect-columns';
import { vendorOf } from './formats';
import { isHeader } from './header';
import { ImportIssues } from './issues';
import { readNumber } from './numbers';
import { RowReader } from './row-reader';

export type Detected = Pick<Inspection, 'format' | 'mapping' | 'header' | 'questions'>;

export const DELIMITERS: Mapping['delimiter'][] = [',', ';', '\t', '|'];
/** Lines that may stand above the data. */
export const MAX_SKIPPED = 100;
/** Rows looked at to tell what the columns are. */
export const SAMPLED = 1_000;
const encoder = new TextEncoder();

/** Proposes how to read a file that begins with `text`; null when it is no table of candles. */
export function detect(text: string, delimiters = DELIMITERS): Detected | null {
  const bytes = encoder.encode(text);
  let best: { detected: Detected; candles: number } | null = null;
  for (const delimiter of delimiters) {
    const detected = propose(splitLines(text), delimiter);
    if (!detected) continue;
    const reader = new RowReader(detected.mapping, new ImportIssues());
    const candles = reader.read(bytes).length + reader.end().length;
    if (candles > (best?.candles ?? 0)) best = { detected, candles };
  }
  return best?.detected ?? null;
}

/** A mapping to start from when nothing was recognised: the columns there are, without roles. */
export function unmapped(text: string): Detected | null {
  const tables = DELIMITERS.map((delimiter) => {
    const rows = splitRows(splitLines(text), delimiter);
    return { delimiter, width: commonWidth(rows.filter((row) => row.length > 1)) };
  });
  const [widest] = tables.sort((a, b) => b.width - a.width);
  if (!widest || widest.width < 2) return null;
  const mapping: Mapping = {
    delimiter: widest.delimiter,
    skipLines: 0,
    columns: Array.from({ length: widest.width }, () => 'ignore'),
    timeFormat: 'iso',
    timeZone: 'UTC',
    decimalComma: false,
  };
  return { format: 'Unknown', mapping, header: null, questions: [] };
}

function propose(lines: string[], delimiter: Mapping['delimiter']): Detected | null {
  const rows = splitRows(lines, delimiter);
  const headerAt = rows.slice(0, MAX_SKIPPED).findIndex(isHeader);
  const header = headerAt < 0 ? null : rows[headerAt]!;
  const skipLines = header ? skipUnits(rows, headerAt + 1) : firstOfNumbers(rows);
  if (skipLines < 0 || skipLines > MAX_SKIPPED) return null;
  const data = rows.slice(skipLines, skipLines + SAMPLED).filter((row) => row.some(Boolean));
  const columns = header
    ? columnsByHeader(header, data)
    : columnsByContent(data, commonWidth(data));
  if (!columns) return null;
  const mapping: Mapping = {
    delimiter,
    skipLines,
    columns: columns.roles,
    timeFormat: columns.time.format,
    timeZone: 'UTC',
    decimalComma: hasDecimalComma(pricesOf(data, columns.roles), delimiter),
  };
  return {
    format: vendorOf({ mapping, header, preamble: lines.slice(0, Math.max(headerAt, 0)) }),
    mapping,
    header,
    questions: askDayOrMonth(columns, data),
  };
}

/** The first row after a header with a number in it: some files name units or symbols in between. */
export function skipUnits(rows: string[][], from: number): number {
  const hasNumber = (row: string[]) => row.some((cell) => /\d/.test(cell));
  const at = rows.slice(from, from + 5).findIndex(hasNumber);
  return from + Math.max(at, 0);
}

/** The first row that has enough numbers to be a candle. */
const firstOfNumbers = (rows: string[][]) =>
  rows.findIndex((row) => row.filter((cell) => !Number.isNaN(looseNumber(cell))).length >= 4);

export function pricesOf(rows: string[][], roles: ColumnRole[]): string[] {
  const prices: ColumnRole[] = ['open', 'high', 'low', 'close'];
  return prices.flatMap((role) => columnOf(rows, roles.indexOf(role)));
}

/** Whichever notation reads more of the prices; where "1,234" is all there is, semicolons decide. */
export function hasDecimalComma(prices: string[], delimiter: Mapping['delimiter']): boolean {
  const readable = (comma: boolean) =>
    prices.filter((cell) => !Number.isNaN(readNumber(cell, comma))).length;
  const [comma, point] = [readable(true), readable(false)];
  if (comma !== point) return comma > point;
  return delimiter === ';' && prices.some((cell) => cell.includes(','));
}

export function askDayOrMonth(
  { time, roles }: DetectedColumns,
  rows: string[][],
): Inspection['questions'] {
  if (!time.other) return [];
  const column = roles.findIndex((role) => role === 'time' || role === 'date');
  const example = columnOf(rows, column).find(Boolean);
  const text = `Dates such as ${example} can be read in two ways. Which comes first, the day or the month?`;
  return [{ field: 'timeFormat', text, options: [time.format, time.other] }];
}

export const splitLines = (text: string) => text.split(/\r?\n/);

export function splitRows(lines: string[], delimiter: Mapping['delimiter']): string[][] {
  const cells = new Cells(delimiter);
  return lines.map((line) => {
    const bytes = encoder.encode(line);
    cells.split(bytes, 0, bytes.length);
    return Array.from({ length: cells.count }, (_, i) => cells.text(i));
  });
}
