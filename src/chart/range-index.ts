import type { BarIndex, Column, Px, UtcSeconds } from '@/contract/units';
import { assignLanes } from '@/editor/lanes';
import { firstIndex } from '@/editor/sorted';
import { type Frame, logicalAt } from './overlay-layout';
import type { TimeScale } from './time-scale';

export type TimeRange = { startTime: UtcSeconds; endTime: UtcSeconds };

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

  constructor(items: readonly Item[], settled?: RangeIndex<TimeRange>) {
    this.items = [...items].sort((a, b) => a.startTime - b.startTime || b.endTime - a.endTime);
    this.lanes = assignLanes(
      this.items.map(toInterval),
      settled && { intervals: settled.items.map(toInterval), lanes: settled.lanes },
    );
    this.laneCount = this.lanes.reduce((count, lane) => Math.max(count, lane + 1), 0);
    this.reach = new Float64Array(this.items.length);
    let latest = -Infinity;
    for (const [index, item] of this.items.entries()) {
      latest = Math.max(latest, item.endTime);
      this.reach[index] = latest;
    }
    this.left = new Float64Array(this.items.length);
    this.right = new Float64Array(this.items.length);
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

/** A range that lies between two bars still has a position. */
export function extentOf(
  timeScale: TimeScale,
  range: TimeRange,
): { left: BarIndex; right: BarIndex } {
  const left = timeScale.startEdge(range.startTime);
  return { left, right: Math.max(left, timeScale.endEdge(range.endTime)) };
}

const toInterval = ({ startTime, endTime }: TimeRange) => ({ start: startTime, end: endTime });

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
