import type { BarIndex, Column, Px, UtcSeconds } from '@/contract/units';
import { agree, assignAfter, busyLanes, type Ends, noEnds } from '@/editor/lanes';
import { type Changes, firstIndex, SortedList } from '@/editor/sorted';
import type { VersionedMap } from '@/editor/versioned-map';
import { type Frame, logicalAt } from './overlay-layout';
import type { TimeScale } from './time-scale';

export type TimeRange = { startTime: UtcSeconds; endTime: UtcSeconds; uid?: string };

/** Positions among the bars of a time scale, NaN until they are asked for. */
type Places = { scale: TimeScale | null; left: Column<BarIndex>; right: Column<BarIndex> };
/** What is known of the items of a leaf. */
type Block<Item extends TimeRange = TimeRange> = {
  items: readonly Item[];
  places: Places;
  /** The earliest start and the latest end of its own items. */
  start: UtcSeconds;
  latest: UtcSeconds;
  lanes: Uint8Array;
  laneCount: number;
  /** What the lanes follow from: the ends before it, and settled blocks that it may touch. */
  ends: Ends;
  near: readonly Block[];
  /** The ends before the next block. */
  endsAfter: Ends;
};

/** Items that follow each other, with their lanes: the same object as long as neither changes. */
export type Together<Item extends TimeRange> = Pick<Block<Item>, 'items' | 'lanes'>;

/** Ranges sorted by start, with their lanes, and their positions among the bars once asked for. */
export class RangeIndex<Item extends TimeRange> {
  readonly items: SortedList<Item>;
  /** How many lanes are used, the folded one included. */
  readonly laneCount: number;
  private readonly blocks: readonly Block<Item>[];
  /** The latest end in each block and all before it: never falls, so it can be searched. */
  private readonly reach: Column<UtcSeconds>;
  private timeScale: TimeScale | null = null;

  /** Lanes keep clear of those of `settled`; `made` are items that are sorted, and who had most of them before. */
  constructor(
    items: Iterable<Item>,
    settled?: RangeIndex<TimeRange>,
    made?: { items: SortedList<Item>; last: RangeIndex<Item> },
  ) {
    this.items = made?.items ?? SortedList.of([...items].sort(inOrder));
    this.timeScale = made?.last.timeScale ?? null;
    this.blocks = blocksOf(this.items.leaves, settled, made?.last.blocks ?? []);
    this.laneCount = this.blocks.reduce((most, { laneCount }) => Math.max(most, laneCount), 0);
    this.reach = new Float64Array(this.blocks.length);
    let latest = -Infinity;
    for (const [at, block] of this.blocks.entries()) {
      latest = Math.max(latest, block.latest);
      this.reach[at] = latest;
    }
  }

  /** What it is after some changes: of its items only those in leaves that they touch are looked at. */
  change(changes: Changes<Item>, settled?: RangeIndex<TimeRange>): RangeIndex<Item> {
    const items = this.items.change(changes, inOrder);
    return new RangeIndex<Item>([], settled, { items, last: this });
  }

  /** Call before asking for positions. */
  setScale(timeScale: TimeScale) {
    this.timeScale = timeScale;
  }

  laneOf(index: number): number {
    const leaf = this.items.leafOf(index);
    return this.blocks[leaf]!.lanes[index - this.items.startOf(leaf)]!;
  }

  /** Where in `items` those of a lane are. */
  *inLane(lane: number): Generator<number, undefined> {
    for (const [leaf, { lanes, laneCount }] of this.blocks.entries()) {
      if (laneCount <= lane) continue;
      const start = this.items.startOf(leaf);
      for (let at = lanes.indexOf(lane); at >= 0; at = lanes.indexOf(lane, at + 1)) {
        yield start + at;
      }
    }
    return undefined;
  }

  /** All items, as far as they are kept together. */
  together(): readonly Together<Item>[] {
    return this.blocks;
  }

  /** Blocks with items that may touch a stretch of time. */
  blocksNear(from: UtcSeconds, to: UtcSeconds): readonly Block<Item>[] {
    const { blocks, reach } = this;
    const start = firstIndex(blocks.length, (at) => reach[at]! >= from);
    const end = firstIndex(blocks.length, (at) => blocks[at]!.start > to);
    return blocks.slice(start, end).filter(({ latest }) => latest >= from);
  }

  leftOf(index: number): BarIndex {
    const leaf = this.items.leafOf(index);
    const at = index - this.items.startOf(leaf);
    return this.placesOf(leaf, at).left[at]!;
  }

  rightOf(index: number): BarIndex {
    const leaf = this.items.leafOf(index);
    const at = index - this.items.startOf(leaf);
    return this.placesOf(leaf, at).right[at]!;
  }

  /**
   * Goes through the items from `start` to before `end`, as fast as there are many. What `seeAll` says is seen
   * of those that lie together from `left` to `right` is not gone through.
   */
  visit(
    start: number,
    end: number,
    see: (item: Item, at: number, left: BarIndex, right: BarIndex, lane: number) => void,
    seeAll: (some: Together<Item>, left: BarIndex, right: BarIndex) => boolean = () => false,
  ) {
    const { timeScale } = this;
    let at = start;
    while (at < end) {
      const leaf = this.items.leafOf(at);
      const block = this.blocks[leaf]!;
      const { items, lanes } = block;
      const first = this.items.startOf(leaf);
      const isWhole = at === first && first + items.length <= end;
      if (isWhole && timeScale) {
        const left = timeScale.startEdge(block.start);
        if (seeAll(block, left, Math.max(left, timeScale.endEdge(block.latest)))) {
          at += items.length;
          continue;
        }
      }
      for (const until = Math.min(end, first + items.length); at < until; at++) {
        const inLeaf = at - first;
        const { left, right } = this.placesOf(leaf, inLeaf);
        see(items[inLeaf]!, at, left[inLeaf]!, right[inLeaf]!, lanes[inLeaf]!);
      }
    }
  }

  /** Where in `items` those lie that can touch the stretch; some between may not. */
  touching(from: BarIndex, to: BarIndex): { start: number; end: number } {
    const { timeScale, reach, items } = this;
    if (!timeScale) return { start: 0, end: 0 };
    const first = firstIndex(reach.length, (at) => timeScale.endEdge(reach[at]!) >= from);
    const inside = this.blocks[first]?.items.findIndex(
      ({ endTime }) => timeScale.endEdge(endTime) >= from,
    );
    return {
      start: items.startOf(first) + (inside ?? 0),
      end: firstIndex(items.length, (at) => this.leftOf(at) > to),
    };
  }

  /** The places of a leaf, among which that of one item is known. */
  private placesOf(leaf: number, at: number): Places {
    const { items, places } = this.blocks[leaf]!;
    const { timeScale } = this;
    if (!timeScale) return places;
    if (places.scale !== timeScale) {
      places.scale = timeScale;
      places.left.fill(Number.NaN);
    }
    if (Number.isNaN(places.left[at])) {
      const { left, right } = extentOf(timeScale, items[at]!);
      places.left[at] = left;
      places.right[at] = right;
    }
    return places;
  }
}

const NO_BLOCKS: readonly Block[] = [];
/** A block further from where it was is made anew. */
const MAX_DRIFT = 64;

/** A block for each leaf: the last one of the same leaf, unless something else has changed its lanes. */
function blocksOf<Item extends TimeRange>(
  leaves: readonly (readonly Item[])[],
  settled: RangeIndex<TimeRange> | undefined,
  last: readonly Block<Item>[],
): Block<Item>[] {
  let ends = last[0]?.ends ?? noEnds();
  let next = 0;
  return leaves.map((items) => {
    // Leaves were cut or left out before it: not far from where it would be.
    let at = next;
    for (let step = 1; step < MAX_DRIFT && last[at]?.items !== items; step++) {
      at = next + (step % 2 === 0 ? step / 2 : -(step + 1) / 2);
    }
    const same = last[at]?.items === items ? last[at] : undefined;
    next = (same ? at : next) + 1;
    const { start, latest } = same ?? { start: items[0]!.startTime, latest: latestOf(items) };
    const near = settled?.blocksNear(start, latest) ?? NO_BLOCKS;
    const isSame =
      same && (same.ends === ends || agree(same.ends, ends, start)) && areSame(same.near, near);
    const block = isSame ? same : newBlock(items, { start, latest, ends, near }, same?.places);
    ends = block.endsAfter;
    return block;
  });
}

function newBlock<Item extends TimeRange>(
  items: readonly Item[],
  known: Pick<Block, 'start' | 'latest' | 'ends' | 'near'>,
  places: Places = {
    scale: null,
    left: new Float64Array(items.length),
    right: new Float64Array(items.length),
  },
): Block<Item> {
  const { ends, near } = known;
  const endsAfter = ends.slice();
  const lanes = assignAfter(items, endsAfter, near.length > 0 ? busyLanes(near) : undefined);
  return {
    ...known,
    items,
    places,
    lanes,
    endsAfter,
    laneCount: Math.max(...lanes) + 1,
  };
}

const latestOf = (items: readonly TimeRange[]) =>
  items.reduce((latest, { endTime }) => Math.max(latest, endTime), -Infinity);

const areSame = (some: readonly unknown[], others: readonly unknown[]) =>
  some === others ||
  (some.length === others.length && some.every((each, at) => each === others[at]));

/** The index of items, from the one before where it is known what has changed since. */
export function indexRanges<Item extends TimeRange>(
  items: VersionedMap<Item>,
  last: { items: VersionedMap<Item>; index: RangeIndex<Item> } | null,
  settled?: RangeIndex<TimeRange>,
): RangeIndex<Item> {
  const changes = last && items.changesSince(last.items);
  return changes ? last.index.change(changes, settled) : new RangeIndex(items.values(), settled);
}

/** A range that lies between two bars still has a position. */
export function extentOf(
  timeScale: TimeScale,
  range: TimeRange,
): { left: BarIndex; right: BarIndex } {
  const left = timeScale.startEdge(range.startTime);
  return { left, right: Math.max(left, timeScale.endEdge(range.endTime)) };
}

/** Longer first where starts are equal; then by uid, so that the order is always the same. */
const inOrder = (a: TimeRange, b: TimeRange) =>
  a.startTime - b.startTime || b.endTime - a.endTime || compareUids(a.uid, b.uid);

const compareUids = (a = '', b = '') => (a < b ? -1 : a > b ? 1 : 0);

/** Visits the items that may touch a stretch of pixels. */
export function eachNear<Item extends TimeRange>(
  ranges: RangeIndex<Item>,
  frame: Frame,
  xPx: Px,
  reachPx: Px,
  visit: (item: Item, at: number) => void,
) {
  const { start, end } = ranges.touching(
    logicalAt(frame, xPx - reachPx),
    logicalAt(frame, xPx + reachPx),
  );
  for (let at = start; at < end; at++) visit(ranges.items.at(at)!, at);
}
