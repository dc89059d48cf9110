import type { KeyChange } from './versioned-map';

type Compare<Item> = (a: Item, b: Item) => number;
export type Changes<Item> = readonly Pick<KeyChange<Item>, 'before' | 'after'>[];

/** What arrays and lists in leaves have in common. */
export type List<Item> = Iterable<Item> &
  Pick<readonly Item[], 'length' | 'at' | 'slice' | 'indexOf'> & {
    filter(keep: (item: Item) => boolean): Item[];
  };

/** A longer leaf is cut in two. */
const MAX_LEAF = 128;

/**
 * A sorted list that never changes, in leaves: what it becomes by a change shares all leaves but those that
 * are touched, so that of 100,000 items a change copies a few hundred places and leaves as little garbage.
 */
export class SortedList<Item> implements List<Item> {
  readonly length: number;
  /** Where each leaf begins. */
  private readonly starts: readonly number[];
  /** The leaf that was asked for last: mostly the next one is in it as well. */
  private near = 0;

  /** None of the leaves is empty. */
  private constructor(readonly leaves: readonly (readonly Item[])[]) {
    let length = 0;
    this.starts = leaves.map((leaf) => {
      length += leaf.length;
      return length - leaf.length;
    });
    this.length = length;
  }

  static of<Item>(sorted: readonly Item[]): SortedList<Item> {
    const leaves: Item[][] = [];
    // Half full, so that the next changes cut none.
    for (let at = 0; at < sorted.length; at += MAX_LEAF / 2) {
      leaves.push(sorted.slice(at, at + MAX_LEAF / 2));
    }
    return new SortedList(leaves);
  }

  at(index: number): Item | undefined {
    const place = index < 0 ? index + this.length : index;
    if (!(place >= 0 && place < this.length)) return undefined;
    const leaf = this.leafOf(place);
    return this.leaves[leaf]![place - this.starts[leaf]!];
  }

  /** Which leaf holds an index, and where it begins. */
  leafOf(index: number): number {
    const { starts, near } = this;
    const end = near + 1 < starts.length ? starts[near + 1]! : this.length;
    if (index < starts[near]! || index >= end) {
      this.near = firstIndex(starts.length, (leaf) => starts[leaf]! > index) - 1;
    }
    return this.near;
  }

  startOf(leaf: number): number {
    return this.starts[leaf] ?? this.length;
  }

  *[Symbol.iterator](): Generator<Item, undefined> {
    for (const leaf of this.leaves) yield* leaf;
    return undefined;
  }

  slice(from = 0, to = this.length): Item[] {
    const placeOf = (index: number) => Math.max(index < 0 ? index + this.length : index, 0);
    const end = Math.min(placeOf(to), this.length);
    const items: Item[] = [];
    for (let at = placeOf(from); at < end; at++) items.push(this.at(at)!);
    return items;
  }

  filter(keep: (item: Item) => boolean): Item[] {
    const kept: Item[] = [];
    for (const leaf of this.leaves) for (const item of leaf) if (keep(item)) kept.push(item);
    return kept;
  }

  find(isIt: (item: Item) => boolean): Item | undefined {
    for (const leaf of this.leaves) for (const item of leaf) if (isIt(item)) return item;
    return undefined;
  }

  some(holds: (item: Item) => boolean): boolean {
    return this.leaves.some((leaf) => leaf.some(holds));
  }

  /** By identity; -1 where it is not there. */
  indexOf(item: Item): number {
    for (const [leaf, items] of this.leaves.entries()) {
      const at = items.indexOf(item);
      if (at >= 0) return this.starts[leaf]! + at;
    }
    return -1;
  }

  /** The first index from which on it holds; `holds` looks at few. */
  firstIndex(holds: (item: Item) => boolean): number {
    const { leaves } = this;
    const leaf = firstIndex(leaves.length, (at) => holds(leaves[at]!.at(-1)!));
    const items = leaves[leaf];
    return items
      ? this.starts[leaf]! + firstIndex(items.length, (at) => holds(items[at]!))
      : this.length;
  }

  /** The list after some changes. `compare` tells any two items apart. */
  change(changes: Changes<Item>, compare: Compare<Item>): SortedList<Item> {
    const leaves = [...this.leaves];
    const own = new Set<readonly Item[]>();
    /** Gives the leaf in which an item belongs to `edit`, with its place there. */
    const edit = (item: Item, work: (leaf: Item[], at: number) => void) => {
      const found = firstIndex(leaves.length, (at) => compare(leaves[at]!.at(-1)!, item) >= 0);
      const which = Math.max(0, Math.min(found, leaves.length - 1));
      const before = leaves[which] ?? [];
      const leaf = own.has(before) ? (before as Item[]) : [...before];
      work(
        leaf,
        firstIndex(leaf.length, (at) => compare(leaf[at]!, item) >= 0),
      );
      const cut = leaf.length > MAX_LEAF ? leaf.splice(MAX_LEAF / 2) : [];
      const now = [leaf, cut].filter(({ length }) => length > 0);
      for (const each of now) own.add(each);
      leaves.splice(which, 1, ...now);
    };
    for (const { before } of changes) {
      if (before !== undefined) edit(before, (leaf, at) => leaf.splice(at, 1));
    }
    for (const { after } of changes) {
      if (after !== undefined) edit(after, (leaf, at) => leaf.splice(at, 0, after));
    }
    return new SortedList(leaves);
  }
}

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
