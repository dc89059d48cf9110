import type { PriceRole } from './column-names';
import type { Column } from './columns';
import type { PriceSet } from './price-names';

/** A share of rows that tells more than chance while some are broken. */
const MOST = 0.9;
/**
 * By how much nearer a candle's open is to the close before than its close is to the open before.
 * Of files of many vendors, in order of time, all that have a ratio of 2 are right.
 */
const SETTLED = 2;
/** Fewer steps tell nothing. */
const LEAST_STEPS = 5;

export type GuessedSet = {
  set: PriceSet;
  /** They stand as open, high, low, close. */
  isUsual: boolean;
  /** The numbers tell which is open and which is close. */
  isSettled: boolean;
};

/** Four columns that are the prices of a candle, by their numbers; `known` are by their names. */
export function guessPrices(
  columns: Column[],
  known: Partial<PriceSet>,
  isNewestFirst: boolean,
): GuessedSet | null {
  const fixed = new Set(Object.values(known));
  const free = columns.filter(
    (column) => column.isNumeric && !column.isConstant && !fixed.has(column.index),
  );
  const missing = 4 - fixed.size;
  for (let at = 0; at + missing <= free.length; at++) {
    const window = free.slice(at, at + missing);
    const named = columns.filter(({ index }) => fixed.has(index));
    const four = [...named, ...window].sort((a, b) => a.index - b.index);
    if (!areAlike(four)) continue;
    const guessed = orderPrices(four, known, isNewestFirst);
    if (guessed) return guessed;
  }
  return null;
}

/** Prices of one candle are of one magnitude. */
export function areAlike(columns: Column[]): boolean {
  const [first, ...others] = columns;
  return others.every((column) => {
    const ratios = column.numbers.map((value, i) => value / first!.numbers[i]!);
    const middle = median(ratios.filter((ratio) => !Number.isNaN(ratio)));
    return middle >= 0.5 && middle <= 2;
  });
}

export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function orderPrices(
  four: Column[],
  known: Partial<PriceSet>,
  isNewestFirst: boolean,
): GuessedSet | null {
  const at = (role: PriceRole) => four.findIndex(({ index }) => index === known[role]);
  const high = at('high') >= 0 ? at('high') : [1, 0, 2, 3].find((i) => isExtreme(four, i, 1));
  if (high === undefined) return null;
  const low =
    at('low') >= 0 ? at('low') : [2, 1, 3, 0].find((i) => i !== high && isExtreme(four, i, -1));
  if (low === undefined) return null;
  const [first, second] = [0, 1, 2, 3].filter((i) => i !== high && i !== low);
  const isNamed = known.open !== undefined || known.close !== undefined;
  const ratio = continuity(four[first!]!.numbers, four[second!]!.numbers, isNewestFirst);
  const isSwapped = isNamed
    ? four[second!]!.index === known.open || four[first!]!.index === known.close
    : ratio < 1 / SETTLED;
  const [open, close] = isSwapped ? [second!, first!] : [first!, second!];
  const index = (i: number) => four[i]!.index;
  return {
    set: { open: index(open), high: index(high), low: index(low), close: index(close) },
    isUsual: open === 0 && high === 1 && low === 2 && close === 3,
    isSettled: isNamed || ratio >= SETTLED || ratio <= 1 / SETTLED,
  };
}

/** Whether the column is, in most rows, the highest (1) or the lowest (-1) of the four. */
function isExtreme(four: Column[], i: number, sign: 1 | -1): boolean {
  const { numbers } = four[i]!;
  const rows = numbers.length;
  let most = 0;
  for (let row = 0; row < rows; row++) {
    if (four.every((column) => !((numbers[row]! - column.numbers[row]!) * sign < 0))) most++;
  }
  return most >= rows * MOST;
}

/** How much better the first column is as open, and the second as close, than the other way round. */
export function continuity(first: number[], second: number[], isNewestFirst: boolean): number {
  const step = isNewestFirst ? -1 : 1;
  let right = 0;
  let wrong = 0;
  let steps = 0;
  for (let i = 0; i < first.length; i++) {
    const before = i - step;
    const [a, b] = [first[i]! - second[before]!, second[i]! - first[before]!];
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    right += Math.abs(a);
    wrong += Math.abs(b);
    steps++;
  }
  if (steps < LEAST_STEPS || (right === 0 && wrong === 0)) return 1;
  return wrong / right;
}
