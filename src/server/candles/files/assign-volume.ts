import { otherPrices } from './assign-prices';
import { isUnknownName, PRICE_ROLES } from './column-names';
import type { Column } from './columns';
import { isNothing } from './numbers';
import { isWithin, type PriceSet } from './price-names';
import { type ColumnChoice, type Remarks, shown } from './questions';

/** The column of the volume, or null; `qualifier` is what the prices' names have beside the word. */
export function assignVolume(
  free: Column[],
  columns: Column[],
  set: PriceSet,
  qualifier: string,
  remarks: Remarks,
): number | null {
  const named = namedVolumes(free, qualifier);
  const traded = named.find(({ numbers }) => numbers.some((value) => value > 0));
  const column = traded ?? named[0];
  if (!column) return guessVolume(free, columns, set, remarks);
  if (column.cells.every((cell) => Number(cell) === -1)) {
    remarks.notes.push(`${shown(column)} is −1 in every row: no volume is taken.`);
    return null;
  }
  const volume = volumeOf(column, free, columns, set);
  if (!volume) return column.index;
  remarks.notes.push(
    `${shown(column)} is ${shown(volume)} times the price, which is a turnover: ${shown(volume)} is taken for the volume.`,
  );
  return volume.index;
}

/** In fewer rows it may be chance. */
const LEAST_ROWS = 5;

/** The volume of which a column is the turnover: what it is divided by to lie between low and high. */
function volumeOf(
  turnover: Column,
  free: Column[],
  columns: Column[],
  set: PriceSet,
): Column | undefined {
  const [high, low] = [columns[set.high]!, columns[set.low]!];
  if (turnover.cells.length < LEAST_ROWS) return undefined;
  return free.find(({ isNumeric, numbers }) => {
    const prices = turnover.numbers.map((value, i) => value / numbers[i]!);
    const isSame = prices.every((price) => price === 1 || Number.isNaN(price));
    return isNumeric && !isSame && isWithin({ ...turnover, numbers: prices }, high, low);
  });
}

/** "Volume BTC" goes before "Volume USD" after it; that of the same side or symbol before both. */
function namedVolumes(free: Column[], qualifier: string): Column[] {
  const rank = ({ name }: Column) => {
    const words = name.words.filter(({ role }) => role === 'volume');
    if (words.length === 0) return null;
    const own = name.qualifier === qualifier ? 0 : name.qualifier === '' ? 100 : 200;
    return own + Math.min(...words.map((word) => word.rank));
  };
  return free
    .filter((column) => !column.isEmpty && rank(column) !== null)
    .sort((a, b) => rank(a)! - rank(b)!);
}

/** Of columns without names the one behind the prices that is no price. */
function guessVolume(
  free: Column[],
  columns: Column[],
  set: PriceSet,
  remarks: Remarks,
): number | null {
  const last = Math.max(...PRICE_ROLES.map((role) => set[role]));
  const unnamed = free.filter(({ label, index }) => label.trim() === '' && index > last);
  const prices = otherPrices(set, unnamed, columns);
  if (prices.length > 0) {
    const beside = prices.map(shown).join(', ');
    remarks.notes.push(`Other prices stand beside those that are taken: ${beside}.`);
  }
  const candidates = unnamed.filter(
    (column) =>
      column.isNumeric &&
      !prices.includes(column) &&
      !column.numbers.some((value) => value < 0) &&
      (!column.isConstant || column.numbers.some((value) => value > 0)),
  );
  if (candidates.length === 0) noteUnknown(free, columns, set, remarks);
  const filled = candidates.filter(({ cells }) => cells.some((cell) => !isNothing(cell)));
  if (filled.length > 1) remarks.choices.push(askForVolume(filled));
  return filled[0]?.index ?? null;
}

const MOST_UNKNOWN = 3;

/** A column of numbers under a name that says nothing may be the volume: it is not lost without a word. */
function noteUnknown(free: Column[], columns: Column[], set: PriceSet, remarks: Remarks) {
  const prices = otherPrices(set, free, columns);
  const unknown = free.filter(
    (column) =>
      isUnknownName(column.label) &&
      column.isNumeric &&
      !column.isConstant &&
      !prices.includes(column) &&
      column.numbers.every((value) => !(value < 0)),
  );
  // Many are what a program has computed.
  if (unknown.length === 0 || unknown.length > MOST_UNKNOWN) return;
  const listed = unknown.map(shown).join(', ');
  remarks.notes.push(`No column is known for the volume; ${listed} may be it, and is left out.`);
}

const askForVolume = (candidates: Column[]): ColumnChoice => ({
  text: 'Without a header it does not say which column is the volume. Which one?',
  answers: [
    ...candidates.map((each) => ({ label: shown(each), roles: { volume: each.index } })),
    { label: 'None', roles: { volume: null } },
  ],
});
