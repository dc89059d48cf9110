import type { BarIndex, Column, Px, UtcSeconds } from '@/contract/units';
import { assignLanes, changeLanes } from '@/editor/lanes';
import { firstIndex, joinColumn, joinPieces, type Piece, piecesOf } from '@/editor/sorted';
import type { KeyChange, VersionedMap } from '@/editor/versioned-map';
import { type Frame, logicalAt } from './overlay-layout';
import type { TimeScale } from './time-scale';

export type TimeRange = { startTime: UtcSeconds; endTime: UtcSeconds; uid?: string };
type Columns = {
  reach: Column<UtcSeconds>;
  left: Column<BarIndex>;
  right: Column<BarIndex>;
};

/** Ranges sorted by start, with their lanes, and their positions among the bars once asked for. */
export class RangeIndex<Item extends TimeRange> {
  readonly items: readonly Item[];
  readonly lanes: Uint8Array;
  /** How many lanes are used, the folded one included. */
  readonly laneCount: number;
  /** The latest end of this and all before it: never falls, so it can be searched. */
  private readonly reach: Column<UtcSeconds>;
  private readonly left: Column<BarIndex>;
  private readonly right: Column<BarIndex>;
  private timeScale: TimeScale | null = null;
  /** Of the index that this one came from, which nobody asks any more once this one is changed. */
  private spare: Columns | undefined;

  /** `made` is what another index knows already of ranges that are sorted. */
  constructor(
    items: Iterable<Item>,
    settled?: RangeIndex<TimeRange>,
    made?: Columns & { items: readonly Item[]; lanes: Uint8Array },
  ) {
    this.items = made?.items ?? [...items].sort(inOrder);
    this.lanes = made?.lanes ?? assignLanes(this.items, settled);
    this.laneCount = 0;
    for (const lane of this.lanes) if (lane >= this.laneCount) this.laneCount = lane + 1;
    this.reach = made?.reach ?? reachOf(this.items);
    this.left = made?.left ?? new Float64Array(this.items.length).fill(Number.NaN);
    this.right = made?.right ?? new Float64Array(this.items.length);
  }

  /** What it is after some changes: nothing but what they touch is looked at, unless lanes keep clear of others. */
  change(
    changes: readonly Pick<KeyChange<Item>, 'before' | 'after'>[],
    settled?: RangeIndex<TimeRange>,
  ): RangeIndex<Item> {
    const pieces = piecesOf(this.items, changes, inOrder);
    const items = joinPieces(this.items, pieces);
    const { spare } = this;
    this.spare = undefined;
    const reach = mendReach(joinColumn(this.reach, pieces, spare?.reach), items, pieces);
    const lanes = settled
      ? assignLanes(items, settled)
      : changeLanes(this, { items, reach }, pieces);
    const left = joinColumn(this.left, pieces, spare?.left);
    const right = joinColumn(this.right, pieces, spare?.right);
    const next = new RangeIndex<Item>([], settled, { items, lanes, reach, left, right });
    next.timeScale = this.timeScale;
    next.spare = { reach: this.reach, left: this.left, right: this.right };
    return next;
  }

  /** Call before asking for positions; cheap when nothing changed. */
  setScale(timeScale: TimeScale) {
    if (this.timeScale === timeScale) return;
    this.timeScale = timeScale;
    this.left.fill(Number.NaN);
  }

  leftOf(index: number): BarIndex {
    this.fill(index);
    return this.left[index]!;
  }

  rightOf(index: number): BarIndex {
    this.fill(index);
    return this.right[index]!;
  }

  /** Where in `items` those lie that can touch the stretch; some between may not. */
  touching(from: BarIndex, to: BarIndex): { start: number; end: number } {
    const timeScale = this.timeScale;
    if (!timeScale) return { start: 0, end: 0 };
    return {
      start: firstIndex(
        this.items.length,
        (index) => timeScale.endEdge(this.reach[index]!) >= from,
      ),
      end: firstIndex(this.items.length, (index) => this.leftOf(index) > to),
    };
  }

  private fill(index: number) {
    if (!Number.isNaN(this.left[index]) || !this.timeScale) return;
    const { left, right } = extentOf(this.timeScale, this.items[index]!);
    this.left[index] = left;
    this.right[index] = right;
  }
}

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

function reachOf(items: readonly TimeRange[]): Column<UtcSeconds> {
  return mendReach(new Float64Array(items.length), items, []);
}

/** From the first change on, until it is again as it was. */
function mendReach(
  reach: Column<UtcSeconds>,
  items: readonly TimeRange[],
  pieces: readonly Piece<TimeRange>[],
): Column<UtcSeconds> {
  const [first] = pieces;
  const last = pieces.at(-1);
  const isKept = first && !('added' in first) && first.from === 0;
  const settled = last && !('added' in last) ? items.length - (last.to - last.from) : items.length;
  let at = isKept ? first.to : 0;
  let latest = at > 0 ? reach[at - 1]! : -Infinity;
  for (; at < items.length; at++) {
    latest = Math.max(latest, items[at]!.endTime);
    if (at >= settled && reach[at] === latest) break;
    reach[at] = latest;
  }
  return reach;
}

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
  for (let at = start; at < end; at++) visit(ranges.items[at]!, at);
}
