import type { Question } from '@/contract/uploads';
import { type Column, called } from './columns';
import { median } from './price-numbers';
import { shellWord, shown } from './questions';

/** More values than this are no instruments, but texts. */
const MOST_INSTRUMENTS = 20_000;
const LISTED = 12;

export type InstrumentColumn = {
  column: Column;
  /** The values and how many of the rows that were looked at have each, the most first. */
  values: [name: string, rows: number][];
};

/**
 * The column that says which instrument a row is of: one that is called so, or a text of few values
 * whose prices or times are of several. Null where there is none.
 */
export function findInstruments(
  free: Column[],
  times: number[],
  close: Column,
): InstrumentColumn | null {
  const named = free
    .filter(({ isEmpty }) => !isEmpty)
    .map((column) => ({ column, rank: symbolRank(column) }))
    .filter(({ rank }) => rank !== null)
    .sort((a, b) => a.rank! - b.rank!)
    .map(({ column }) => column);
  const several = named.find((column) => !column.isConstant && isOfRows(column, times));
  const unnamed = () =>
    free.find(
      (column) =>
        !column.isNumeric &&
        !column.isConstant &&
        !column.isEmpty &&
        isOfRows(column, times) &&
        tellsApart(column, times, close),
    );
  const column = several ?? unnamed() ?? named[0];
  return column ? { column, values: countValues(column.cells) } : null;
}

function symbolRank(column: Column): number | null {
  const ranks = column.name.words.flatMap(({ role, rank }) => (role === 'symbol' ? [rank] : []));
  return ranks.length > 0 ? Math.min(...ranks) : null;
}

/** Each row of one instrument has a time of its own, and several rows are of one. */
function isOfRows({ cells }: Column, times: number[]): boolean {
  const values = new Set(cells);
  return values.size <= MOST_INSTRUMENTS && (values.size < cells.length || times.length < 2);
}

/** Whether its values stand for other prices, or come at the same times. */
function tellsApart({ cells }: Column, times: number[], close: Column): boolean {
  const seen = new Map<number, string>();
  for (const [i, time] of times.entries()) {
    const before = seen.get(time);
    if (before !== undefined && before !== cells[i]) return true;
    seen.set(time, cells[i]!);
  }
  const prices = new Map<string, number[]>();
  for (const [i, cell] of cells.entries()) {
    const price = close.numbers[i]!;
    if (!Number.isNaN(price)) {
      const known = prices.get(cell);
      if (known) known.push(price);
      else prices.set(cell, [price]);
    }
  }
  const levels = [...prices.values()].map(median);
  const runs = cells.filter((cell, i) => i > 0 && cell !== cells[i - 1]).length;
  const isInBlocks = runs < 2 * prices.size;
  const goesBack = cells.some((cell, i) => i > 0 && cell !== cells[i - 1] && isBack(times, i));
  return (isInBlocks && goesBack) || Math.max(...levels) > 1.5 * Math.min(...levels);
}

/** The time goes on against the way it went before. */
const isBack = (times: number[], i: number) =>
  i > 1 && Math.sign(times[i]! - times[i - 1]!) !== Math.sign(times[i - 1]! - times[i - 2]!);

function countValues(cells: string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}

/** Which of several instruments is meant. */
export function askForInstrument(
  { column, values }: InstrumentColumn,
  isComplete: boolean,
): Question {
  const listed = values
    .slice(0, LISTED)
    .map(([name, rows]) => `${name} (${rows.toLocaleString('en')} rows)`);
  const more = values.length > LISTED ? ` and ${values.length - LISTED} more` : '';
  const where = isComplete ? '' : ', of the rows that were looked at';
  const by = called(column);
  const only = (name: string) => ({
    label: `${name} only`,
    sets: { instruments: { only: name } },
    option: `--only ${shellWord(`${by}=${name}`)}`,
  });
  return {
    field: 'instruments',
    text: `The column ${shown(column)} names ${values.length} instruments: ${listed.join(', ')}${more}${where}. Which ones?`,
    answers: [
      {
        label: 'Each in a chart of its own',
        sets: { instruments: 'each' },
        option: `--split-by ${shellWord(by)}`,
      },
      ...values.slice(0, 500).map(([name]) => only(name)),
      {
        label: 'All in one chart, as one instrument under several names',
        sets: { instruments: 'all' },
        option: '--one-chart',
      },
    ],
    assumed: null,
  };
}
