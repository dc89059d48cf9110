import type { KeyChange } from './versioned-map';

type Compare<Item> = (a: Item, b: Item) => number;
/** What a sorted list is put together from: a stretch of the one before it, or something new. */
export type Piece<Item> = { from: number; to: number } | { added: Item };

/**
 * What a sorted list becomes by some changes, in as many pieces as there are changes: nothing else is looked at.
 * `compare` tells any two items apart.
 */
export function piecesOf<Item>(
  list: readonly Item[],
  changes: readonly Pick<KeyChange<Item>, 'before' | 'after'>[],
  compare: Compare<Item>,
): Piece<Item>[] {
  const placeOf = (item: Item) => firstIndex(list.length, (at) => compare(list[at]!, item) >= 0);
  const removed = changes
    .flatMap(({ before }) => (before === undefined ? [] : placeOf(before)))
    .sort((a, b) => a - b);
  const added = changes
    .flatMap(({ after }) => (after === undefined ? [] : { item: after, at: placeOf(after) }))
    .sort((a, b) => compare(a.item, b.item));
  const pieces: Piece<Item>[] = [];
  let done = 0;
  const keepUntil = (to: number) => {
    if (to > done) pieces.push({ from: done, to });
    done = Math.max(done, to);
  };
  let next = 0;
  const dropBefore = (end: number) => {
    for (; next < removed.length && removed[next]! < end; next++) {
      keepUntil(removed[next]!);
      done = removed[next]! + 1;
    }
  };
  for (const { item, at } of added) {
    dropBefore(at);
    keepUntil(at);
    pieces.push({ added: item });
  }
  dropBefore(list.length);
  keepUntil(list.length);
  return pieces;
}

export function joinPieces<Item>(list: readonly Item[], pieces: readonly Piece<Item>[]): Item[] {
  return ([] as Item[]).concat(
    ...pieces.map((piece) => ('added' in piece ? [piece.added] : list.slice(piece.from, piece.to))),
  );
}

/** The same of a column beside the list, into another one where that is long enough; NaN for what is new. */
export function joinColumn(
  column: Float64Array,
  pieces: readonly Piece<unknown>[],
  into?: Float64Array,
): Float64Array {
  const length = lengthOf(pieces);
  const joined = into && into.length >= length ? into : new Float64Array(length + SPARE);
  let at = 0;
  for (const piece of pieces) {
    if ('added' in piece) joined[at] = Number.NaN;
    else joined.set(column.subarray(piece.from, piece.to), at);
    at += 'added' in piece ? 1 : piece.to - piece.from;
  }
  return joined;
}

/** Columns have room for so many more. */
const SPARE = 1_024;

const lengthOf = (pieces: readonly Piece<unknown>[]) =>
  pieces.reduce((sum, piece) => sum + ('added' in piece ? 1 : piece.to - piece.from), 0);

/** The list after some changes. */
export const changeSorted = <Item>(
  list: readonly Item[],
  changes: readonly Pick<KeyChange<Item>, 'before' | 'after'>[],
  compare: Compare<Item>,
): Item[] => joinPieces(list, piecesOf(list, changes, compare));

export function firstIndex(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
