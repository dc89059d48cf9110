import type { ColumnRole } from '@/contract/uploads';
import { PRICE_ROLES, type PriceRole } from './column-names';
import type { Column } from './columns';
import {
  bySide,
  isSide,
  isWithin,
  mixedSet,
  namedPrices,
  namedSets,
  type PriceSet,
} from './price-names';
import { guessPrices } from './price-numbers';
import { type ColumnChoice, listColumns, type Remarks, shown } from './questions';

export type AssignedPrices = { set: Partial<PriceSet>; qualifier: string; isGuessed: boolean };

export const isWhole = (set: Partial<PriceSet>): set is PriceSet =>
  PRICE_ROLES.every((role) => set[role] !== undefined);

/** The prices by their names; null where they do not name all four. */
export function pricesByName(
  columns: Column[],
  remarks: Remarks,
): (AssignedPrices & { set: PriceSet }) | null {
  const sets = namedSets(columns);
  const plain = sets.find(({ qualifier }) => qualifier === '');
  const again = sets.filter(({ qualifier }) => qualifier.endsWith('again'));
  if (plain && again.length === 0) {
    askForTwins(plain.set, columns, remarks);
    return chooseSet(plain, sets, columns, remarks);
  }
  if (sets.length === 0 || (plain && sets.length === 1)) {
    const set = plain?.set ?? mixedSet(columns);
    return set && { set, qualifier: '', isGuessed: false };
  }
  const sides = sets.filter(({ qualifier }) => isSide(qualifier)).sort(bySide);
  if (sides.length === sets.length) return chooseSet(sides[0]!, sets, columns, remarks);
  const [first] = sets;
  if (sets.length > 1) remarks.choices.push(askForSet(sets, columns));
  return { ...first!, isGuessed: false };
}

/** In fewer rows it may be those that are wrong. */
const LEAST_ROWS = 5;

/** An open or a close that most rows have outside of low to high, as where a turnover is called a price. */
export function askForOutside(roles: ColumnRole[], columns: Column[], remarks: Remarks) {
  const [open, high, low, close] = PRICE_ROLES.map((role) => columns[roles.indexOf(role)]!);
  if (!open || !high || !low || !close || close.cells.length < LEAST_ROWS) return;
  const outside = [open, close].filter((column) => !isWithin(column, high, low, 0.5));
  if (outside.length === 0) return;
  const set = { open: open.index, high: high.index, low: low.index, close: close.index };
  remarks.choices.push({
    text: `Most rows have ${outside.map(shown).join(' and ')} outside of ${shown(low)} to ${shown(high)}. Is it read rightly?`,
    answers: [{ label: `Yes: ${listColumns(set, columns)}`, roles: {} }],
  });
}

/** Prices whose names stand over several columns of other numbers. */
function askForTwins(set: PriceSet, columns: Column[], remarks: Remarks) {
  const doubled = PRICE_ROLES.flatMap((role) => {
    const taken = columns[set[role]]!;
    const name = taken.label.trim().toLowerCase();
    const twins = columns.filter(
      ({ label, cells, isEmpty }) =>
        label.trim().toLowerCase() === name &&
        !isEmpty &&
        cells.some((cell, i) => cell !== taken.cells[i]),
    );
    return twins.length > 0 ? [{ role, twins: [taken, ...twins] }] : [];
  });
  if (doubled.length === 0) return;
  const most = Math.max(...doubled.map(({ twins }) => twins.length));
  const nth = (at: number) =>
    doubled.map(({ role, twins }) => [role, twins[at] ?? twins[0]!] as const);
  const names = doubled.map(({ twins: [taken] }) => shown(taken!)).join(', ');
  remarks.choices.push({
    text: `The same name stands over several columns: ${names}. Which are the prices?`,
    answers: Array.from({ length: most }, (_, at) => ({
      label: nth(at)
        .map(([role, { index, cells }]) => `${role} column ${index + 1} (${cells.find(Boolean)})`)
        .join(', '),
      roles: Object.fromEntries(nth(at).map(([role, { index }]) => [role, index])),
    })),
  });
}

type Set = { qualifier: string; set: PriceSet };

/** Takes one of several sets of prices, and says which ones it leaves. */
function chooseSet(chosen: Set, sets: Set[], columns: Column[], remarks: Remarks) {
  const others = sets.filter((each) => each !== chosen);
  if (others.length > 0) {
    const taken = chosen.qualifier === '' ? 'the plain ones' : `“${chosen.qualifier}”`;
    const beside = others.map(({ qualifier }) => `“${qualifier}”`).join(' and ');
    remarks.notes.push(
      `There are several prices: ${taken} are taken (${listColumns(chosen.set, columns)}), those of ${beside} are not.`,
    );
  }
  return { ...chosen, isGuessed: false };
}

/** Instruments that stand side by side. */
const askForSet = (sets: Set[], columns: Column[]): ColumnChoice => ({
  text: `The columns hold ${sets.length} instruments side by side: ${sets.map(nameOf).join(', ')}. Which one?`,
  answers: sets.map((each) => ({
    label: `${nameOf(each)}: ${listColumns(each.set, columns)}`,
    roles: each.set,
  })),
});

const nameOf = ({ qualifier }: Set) => (qualifier === '' ? 'the first' : qualifier);

/** The prices by their numbers, as far as names do not say them. */
export function pricesByNumbers(
  free: Column[],
  columns: Column[],
  hasNames: boolean,
  isNewestFirst: boolean,
  remarks: Remarks,
): AssignedPrices {
  const known = namedPrices(columns);
  const usable = free.filter(({ index, name }) => {
    const isKnown = Object.values(known).includes(index);
    return isKnown || name.words.length === 0;
  });
  const guess = guessPrices(usable, known, isNewestFirst);
  if (!guess) return { set: known, qualifier: '', isGuessed: true };
  const { set, isUsual, isSettled } = guess;
  // Without any name only the order that everybody writes can be believed.
  if (!isSettled || (!isUsual && !hasNames)) {
    remarks.choices.push(askForOrder(set, columns, hasNames));
  }
  return { set, qualifier: '', isGuessed: true };
}

function askForOrder(set: PriceSet, columns: Column[], hasNames: boolean): ColumnChoice {
  const swapped: PriceSet = { ...set, open: set.close, close: set.open };
  const why = hasNames ? 'Its names do not say' : 'Without a header it does not say';
  return {
    text: `${why} which column is which price. Which are open and close?`,
    answers: [set, swapped].map((each) => ({ label: listColumns(each, columns), roles: each })),
  };
}

/** Columns that are prices as well, though not those taken. */
export function otherPrices(set: PriceSet, free: Column[], columns: Column[]): Column[] {
  const taken = PRICE_ROLES.map((role: PriceRole) => columns[set[role]]!);
  const [low, high] = [columns[set.low]!, columns[set.high]!];
  return free.filter((column) => {
    if (!column.isNumeric || taken.includes(column)) return false;
    const ratios = column.numbers.map(
      (value, i) => value / ((low.numbers[i]! + high.numbers[i]!) / 2),
    );
    const near = ratios.filter((ratio) => ratio > 0.8 && ratio < 1.25).length;
    return near > ratios.length / 2;
  });
}
