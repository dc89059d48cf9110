import type { UtcSeconds } from '@/contract/common';
import { assignLanes } from '@/editor/lanes';
import type { Anchors } from './anchors';
import type { Overlay, OverlayMark, OverlayPrediction, OverlaySpan } from './types';

type TimeRange = { startTime: UtcSeconds; endTime: UtcSeconds };

/** Ranges sorted by start, with their lanes, and their places among the bars once asked for. */
export class RangeIndex<Item extends TimeRange> {
  readonly items: readonly Item[];
  readonly lanes: Uint8Array;
  /** The latest end of this and all before it: never falls, so it can be searched. */
  private readonly reach: Float64Array;
  private readonly left: Float64Array;
  private readonly right: Float64Array;
  private anchors: Anchors | null = null;

  constructor(items: readonly Item[], taken?: RangeIndex<TimeRange>) {
    this.items = [...items].sort((a, b) => a.startTime - b.startTime || b.endTime - a.endTime);
    this.lanes = assignLanes(
      this.items.map(toInterval),
      taken && { intervals: taken.items.map(toInterval), lanes: taken.lanes },
    );
    this.reach = new Float64Array(this.items.length);
    let latest = -Infinity;
    for (const [index, item] of this.items.entries()) {
      latest = Math.max(latest, item.endTime);
      this.reach[index] = latest;
    }
    this.left = new Float64Array(this.items.length);
    this.right = new Float64Array(this.items.length);
  }

  /** Call before asking for places; cheap when nothing changed. */
  place(anchors: Anchors) {
    if (this.anchors === anchors) return;
    this.anchors = anchors;
    this.left.fill(Number.NaN);
  }

  leftOf(index: number): number {
    this.fill(index);
    return this.left[index] as number;
  }

  rightOf(index: number): number {
    this.fill(index);
    return this.right[index] as number;
  }

  /** Where in `items` those lie that can touch the stretch; some between may not. */
  touching(from: number, to: number): { start: number; end: number } {
    const anchors = this.anchors;
    if (!anchors) return { start: 0, end: 0 };
    return {
      start: firstIndex(
        this.items.length,
        (index) => anchors.endEdge(this.reach[index] as number) >= from,
      ),
      end: firstIndex(this.items.length, (index) => this.leftOf(index) > to),
    };
  }

  private fill(index: number) {
    if (!Number.isNaN(this.left[index]) || !this.anchors) return;
    const { left, right } = extentOf(this.anchors, this.items[index] as Item);
    this.left[index] = left;
    this.right[index] = right;
  }
}

/** Marks sorted by time. */
export class MarkIndex {
  readonly items: readonly OverlayMark[];
  private readonly places: Float64Array;
  private anchors: Anchors | null = null;

  constructor(items: readonly OverlayMark[]) {
    this.items = [...items].sort((a, b) => a.time - b.time);
    this.places = new Float64Array(this.items.length);
  }

  place(anchors: Anchors) {
    if (this.anchors === anchors) return;
    this.anchors = anchors;
    this.places.fill(Number.NaN);
  }

  /** The middle of the mark's bar. */
  placeOf(index: number): number {
    if (Number.isNaN(this.places[index]) && this.anchors) {
      this.places[index] = this.anchors.startEdge((this.items[index] as OverlayMark).time) + 0.5;
    }
    return this.places[index] as number;
  }

  touching(from: number, to: number): { start: number; end: number } {
    return {
      start: firstIndex(this.items.length, (index) => this.placeOf(index) >= from),
      end: firstIndex(this.items.length, (index) => this.placeOf(index) > to),
    };
  }
}

export type OverlayIndex = {
  spans: RangeIndex<OverlaySpan>;
  predictions: RangeIndex<OverlayPrediction>;
  marks: MarkIndex;
};

/** Keeps what did not change from the last one, so that a moving draft sorts nothing. */
export function indexOverlay(
  overlay: Overlay,
  last: { overlay: Overlay; index: OverlayIndex } | null,
): OverlayIndex {
  const sameSpans = last?.overlay.spans === overlay.spans;
  const spans = last && sameSpans ? last.index.spans : new RangeIndex(overlay.spans);
  const predictions =
    last && sameSpans && last.overlay.predictions === overlay.predictions
      ? last.index.predictions
      : // A person's spans settle first, so a model's threshold moves none of them.
        new RangeIndex(overlay.predictions, spans);
  const marks =
    last?.overlay.marks === overlay.marks ? last.index.marks : new MarkIndex(overlay.marks);
  return { spans, predictions, marks };
}

/** A range that lies between two bars still has a place. */
export function extentOf(anchors: Anchors, range: TimeRange): { left: number; right: number } {
  const left = anchors.startEdge(range.startTime);
  return { left, right: Math.max(left, anchors.endEdge(range.endTime)) };
}

const toInterval = ({ startTime, endTime }: TimeRange) => ({ start: startTime, end: endTime });

function firstIndex(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
