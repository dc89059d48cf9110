import type { BarIndex, Column, UtcSeconds } from '@/contract/units';
import { firstIndex } from '@/editor/sorted';
import type { TimeScale } from '../../time-scale';

export type OverlayMarker = {
  uid: string;
  time: UtcSeconds;
  direction: 'up' | 'down' | 'none';
  color: string;
  selected: boolean;
  text: string;
};

/** Markers sorted by time. */
export class MarkerIndex {
  readonly items: readonly OverlayMarker[];
  private readonly logicals: Column<BarIndex>;
  private timeScale: TimeScale | null = null;

  constructor(items: readonly OverlayMarker[]) {
    this.items = [...items].sort((a, b) => a.time - b.time);
    this.logicals = new Float64Array(this.items.length);
  }

  setScale(timeScale: TimeScale) {
    if (this.timeScale === timeScale) return;
    this.timeScale = timeScale;
    this.logicals.fill(Number.NaN);
  }

  /** The middle of the marker's bar. */
  logicalOf(index: number): BarIndex {
    if (Number.isNaN(this.logicals[index]) && this.timeScale) {
      this.logicals[index] = this.timeScale.middleOf(this.items[index]!.time);
    }
    return this.logicals[index]!;
  }

  touching(from: BarIndex, to: BarIndex): { start: number; end: number } {
    return {
      start: firstIndex(this.items.length, (index) => this.logicalOf(index) >= from),
      end: firstIndex(this.items.length, (index) => this.logicalOf(index) > to),
    };
  }
}
