import { PRICE_ROLES, type PriceRole } from './column-names';
import type { Column } from './columns';

export type PriceSet = Record<PriceRole, number>;
export type NamedSet = { qualifier: string; set: PriceSet };

type Candidate = { column: Column; rank: number };
type Group = Partial<Record<PriceRole, Candidate[]>>;

/** Which of several kinds of price is taken where a file names no plain one. */
const SIDES = ['mid', 'trade', 'trades', 'last', 'bid', 'ask', 'adj', 'adjusted', 'unadjusted'];

export const isSide = (qualifier: string) => SIDES.includes(qualifier);
export const bySide = (a: NamedSet, b: NamedSet) =>
  SIDES.indexOf(a.qualifier) - SIDES.indexOf(b.qualifier);

/** The columns that are called open, high, low and close, by what else their names say. */
export function namedSets(columns: Column[]): NamedSet[] {
  return [...groups(columns)].flatMap(([qualifier, group]) => {
    const set = setOf(group);
    return set ? [{ qualifier, set }] : [];
  });
}

/** Prices of trades, and no others'. */
const isTraded = (qualifier: string) => ['trade', 'trades', 'last'].includes(qualifier);

/** A set of which each price has a name of its own: open price, day high, day low, last price. */
export function mixedSet(columns: Column[]): PriceSet | null {
  const found: Group = {};
  for (const [qualifier, group] of groups(columns)) {
    if (isSide(qualifier) && !isTraded(qualifier)) continue;
    for (const role of PRICE_ROLES) found[role] = [...(found[role] ?? []), ...(group[role] ?? [])];
  }
  return setOf(found);
}

/** Prices that are named, of a file that does not name all four. */
export function namedPrices(columns: Column[]): Partial<PriceSet> {
  const group = groups(columns).get('') ?? {};
  const found: Partial<PriceSet> = {};
  for (const role of PRICE_ROLES) {
    const [first] = (group[role] ?? []).toSorted((a, b) => a.rank - b.rank);
    if (first) found[role] = first.column.index;
  }
  return found;
}

function groups(columns: Column[]): Map<string, Group> {
  const found = new Map<string, Group>();
  const seen = new Set<string>();
  for (const column of columns) {
    if (column.isEmpty) continue;
    for (const { role, rank } of column.name.words) {
      if (!isPrice(role)) continue;
      // A name that comes again is of another instrument, as pandas' open.1 is.
      const own = `${role} ${column.label}`;
      const qualifier = `${column.name.qualifier}${seen.has(own) ? ' again' : ''}`.trim();
      seen.add(own);
      const group = found.get(qualifier) ?? {};
      group[role] = [...(group[role] ?? []), { column, rank }];
      found.set(qualifier, group);
    }
  }
  return found;
}

const isPrice = (role: string): role is PriceRole => PRICE_ROLES.includes(role as PriceRole);

function setOf(group: Group): PriceSet | null {
  const best = (role: PriceRole) => (group[role] ?? []).toSorted((a, b) => a.rank - b.rank);
  const [[high], [low]] = [best('high'), best('low')];
  if (!high || !low) return null;
  const open = likeliest(best('open'), high.column, low.column);
  const close = likeliest(best('close'), high.column, low.column);
  if (!open || !close) return null;
  return {
    open: open.index,
    high: high.column.index,
    low: low.column.index,
    close: close.index,
  };
}

/** The first by its name; one that lies outside of the candle gives way to one that does not. */
function likeliest(candidates: Candidate[], high: Column, low: Column): Column | undefined {
  const [first] = candidates;
  if (!first || candidates.length === 1 || isWithin(first.column, high, low)) return first?.column;
  return (candidates.find(({ column }) => isWithin(column, high, low)) ?? first).column;
}

const MOST = 0.98;
/** Whether nearly all numbers of the column lie from low to high. */
export function isWithin(column: Column, high: Column, low: Column, share = MOST): boolean {
  let rows = 0;
  let within = 0;
  for (const [i, value] of column.numbers.entries()) {
    const [top, bottom] = [high.numbers[i]!, low.numbers[i]!];
    if (!(value * 0 === 0 && top * 0 === 0 && bottom * 0 === 0)) continue;
    rows++;
    if (value <= top && value >= bottom) within++;
  }
  return rows > 0 && within >= rows * share;
}
