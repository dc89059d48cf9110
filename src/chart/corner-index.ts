import type { BarIndex, Column, Price, UtcSeconds } from '@/contract/units';
import { firstIndex } from '@/editor/sorted';
import type { TimeScale } from './time-scale';

/** An item between two points, which need no order. */
export type Corners = {
  startTime: UtcSeconds;
  startPrice: Price;
  endTime: UtcSeconds;
  endPrice: Price;
};

/** Items between two points, sorted by the earlier one. */
export class CornerIndex<Item extends Corners> {
  readonly items: readonly Item[];
  /** The latest time of this and all before it: never falls, so it can be searched. */
  private readonly reach: Column<UtcSeconds>;
  private timeScale: TimeScale | null = null;

  constructor(items: readonly Item[]) {
    this.items = [...items].sort((a, b) => firstTime(a) - firstTime(b));
    this.reach = new Float64Array(this.items.length);
    let latest = -Infinity;
    for (const [index, { startTime, endTime }] of this.items.entries()) {
      latest = Math.max(latest, startTime, endTime);
      this.reach[index] = latest;
    }
  }

  setScale(timeScale: TimeScale) {
    this.timeScale = timeScale;
  }

  /** Where in `items` those lie that can touch the stretch of logical indices; some between may not. */
  touching(from: BarIndex, to: BarIndex): { start: number; end: number } {
    const { timeScale, items, reach } = this;
    if (!timeScale) return { start: 0, end: 0 };
    return {
      start: firstIndex(items.length, (at) => timeScale.middleOf(reach[at]!) >= from),
      end: firstIndex(items.length, (at) => timeScale.middleOf(firstTime(items[at]!)) > to),
    };
  }
}

const firstTime = ({ startTime, endTime }: Corners) => Math.min(startTime, endTime);
