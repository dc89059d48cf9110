import type { Mapping } from '@/contract/uploads';
import { Cells } from './cells';
import { PRICE_ROLES, readName } from './column-names';
import { commonWidth, looseNumber } from './columns';

export type Delimiter = Mapping['delimiter'];
export const DELIMITERS: Delimiter[] = [',', ';', '\t', '|', ' '];
/** Lines that may stand above the data. */
export const MAX_SKIPPED = 100;
/** A candle has a time and four prices; a row that lacks some is none to tell columns by. */
const LEAST_NUMBERS = 3;
/** Lines between a header and its rows: of units, of symbols. */
const HEADER_LINES = 5;
const encoder = new TextEncoder();

export type Layout = {
  delimiter: Delimiter;
  skipLines: number;
  /** The lines above the header. */
  preamble: string[];
  /** As it stands in the file. */
  header: string[] | null;
  /** A name for each column of the rows; empty where the file has none. */
  labels: string[];
  /** The instrument, where a line above the rows names the same one over all prices. */
  symbol: string | null;
  rows: string[][];
  /** Lines of the rows, from 1. */
  lines: number[];
};

export const splitLines = (text: string) => text.split(/\r?\n/);

export function splitRows(lines: string[], delimiter: Delimiter): string[][] {
  const cells = new Cells(delimiter);
  return lines.map((line) => {
    const bytes = encoder.encode(line);
    cells.split(bytes, 0, bytes.length);
    return Array.from({ length: cells.count }, (_, i) => cells.text(i));
  });
}

/** Where the rows of a table begin under a delimiter, and what stands above them. */
export function layOut(lines: string[], delimiter: Delimiter, skipLines?: number): Layout | null {
  const all = splitRows(lines, delimiter);
  const first = skipLines ?? firstRow(all);
  if (first < 0 || first > MAX_SKIPPED) return null;
  const filled = [...all.keys()].filter((i) => i >= first && all[i]!.some(Boolean));
  const numbers = filled.filter((i) => numbersIn(all[i]!) >= LEAST_NUMBERS);
  // What stands between the rows or after them says nothing of the columns.
  const kept = numbers.length > filled.length / 2 ? numbers : filled;
  // Blanks between aligned columns are one table only if all lines have as many.
  const width = commonWidth(kept.map((i) => all[i]!));
  if (width < 2) return null;
  const rows = kept.map((i) => all[i]!);
  const above = headerLines(all.slice(0, first));
  const { header, labels, symbol, at } = nameColumns(above, rows, width);
  return {
    delimiter,
    skipLines: first,
    preamble: lines.slice(0, Math.max(0, first - above.length + Math.max(at, 0))),
    header,
    labels,
    symbol,
    rows,
    lines: kept.map((i) => i + 1),
  };
}

const isNumber = (cell: string) => !Number.isNaN(looseNumber(cell));
const numbersIn = (row: string[]) => row.filter(isNumber).length;

/** The first line of numbers that another of them follows, unless it is the last. */
function firstRow(rows: string[][]): number {
  for (let i = 0; i < Math.min(rows.length, MAX_SKIPPED + 1); i++) {
    if (numbersIn(rows[i]!) < LEAST_NUMBERS) continue;
    const next = rows.slice(i + 1, i + 1 + HEADER_LINES).filter((row) => row.some(Boolean));
    if (next.length === 0 || next.some((row) => numbersIn(row) >= LEAST_NUMBERS)) return i;
  }
  return -1;
}

/** The lines right above the rows that are words, at most some. */
function headerLines(above: string[][]): string[][] {
  const lines = above.slice(-HEADER_LINES);
  const from = lines.findLastIndex((row) => row.filter(Boolean).length < 2 && !row[0]);
  return lines.slice(from + 1);
}

type Named = Pick<Layout, 'header' | 'labels' | 'symbol'> & { at: number };

function nameColumns(above: string[][], rows: string[][], width: number): Named {
  const at = headerAt(above, width);
  const none = { header: null, labels: blank(width), symbol: null, at };
  if (at < 0) return none;
  const header = above[at]!;
  const others = above.filter((row, i) => i !== at && row.filter(Boolean).length > 1);
  const symbols = others.find((row) => isOverPrices(header, row));
  const isNamed = (cell: string, i: number) =>
    isPriceName(header[i] ?? '') && !readName(cell).words.some(({ role }) => role === 'symbol');
  const names = new Set(symbols?.filter(isNamed));
  const [only = null] = names;
  const combined =
    symbols && names.size > 1
      ? header.map((name, i) =>
          isValueName(name) && isNamed(symbols[i] ?? '', i) ? `${symbols[i]} ${name}` : name,
        )
      : header;
  const symbol = names.size === 1 ? only : null;
  return { header, labels: align(combined, rows, width), symbol, at };
}

const blank = (width: number) => Array.from({ length: width }, () => '');
const isPriceName = (name: string) =>
  readName(name).words.some(({ role }) => (PRICE_ROLES as string[]).includes(role));
const isValueName = (name: string) =>
  isPriceName(name) || readName(name).words.some(({ role }) => role === 'volume');

/** The line that names most prices; else the last one of words that is as wide as the rows. */
function headerAt(above: string[][], width: number): number {
  const named = above.map((row) => row.filter((cell) => readName(cell).words.length > 0).length);
  const most = Math.max(0, ...named);
  if (most >= 2) return named.lastIndexOf(most);
  return above.findLastIndex(
    (row) => Math.abs(row.length - width) <= 1 && row.filter(Boolean).length >= width / 2,
  );
}

/** A line of symbols has a text over every price. */
function isOverPrices(header: string[], row: string[]): boolean {
  const texts = row.filter((_, i) => isPriceName(header[i] ?? ''));
  return (
    texts.length >= 3 && texts.every((text) => text !== '' && !isNumber(text) && !isPriceName(text))
  );
}

/** Names for every column of the rows, when the header has more or fewer than there are. */
function align(header: string[], rows: string[][], width: number): string[] {
  if (width <= header.length) return header.slice(0, width);
  const unnamed = blank(width - header.length);
  const cells = (column: number) => rows.map((row) => row[column] ?? '');
  // A delimiter behind the last cell, too.
  if (cells(width - 1).every((cell) => cell === '')) return [...header, ...unnamed];
  const isText = (column: number) =>
    cells(column).some((cell) => /[:/-]/.test(cell.slice(1)) || Number(cell) >= 1e8);
  const named = header.findIndex((name) =>
    readName(name).words.some(({ role }) => role === 'time' || role === 'date'),
  );
  // A time that its blank has cut in two, or an index without a name.
  if (named < 0 || !isText(named)) return [...unnamed, ...header];
  if (isText(named + 1)) return header.toSpliced(named + 1, 0, 'Time of day', ...unnamed.slice(1));
  return [...header, ...unnamed];
}
