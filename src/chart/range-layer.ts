import { MAX_LANES } from '@/editor/lanes';
import type { Drawing } from './draw-spans';
import { type Narrow, occupy } from './occupancy';
import type { RangeIndex } from './overlay-index';
import { type Frame, laneBottom, laneTop, MIN_PILL_PX, PILL_PX, xOf } from './overlay-layout';

/** So many narrow ranges are drawn one by one; more become columns of pixels. */
const MAX_NARROW = 300;
/** The picture reaches this many widths of the pane to either side, so that panning keeps it. */
const SPARE = 1;
const LANE_OPACITY = 0.8;
const BAND_OPACITY = 0.13;

type Drawable = { startTime: number; endTime: number; color: string; selected: boolean };
type Sorted = {
  frame: Frame;
  ratio: number;
  /** Of the stretch that it holds. */
  from: number;
  to: number;
  /** What is drawn one by one, in order. */
  single: number[];
  columns: HTMLCanvasElement | null;
  lowestLane: number;
};

/**
 * Sorts ranges into those drawn one by one and those that are narrower than what can be told
 * apart; the latter become a picture that panning only moves.
 */
export class RangeLayer<Item extends Drawable> {
  private sorted: Sorted | null = null;
  private places: object | null = null;

  constructor(readonly ranges: RangeIndex<Item>) {}

  /** Visits what is drawn one by one and in view. */
  each(
    { frame, pen, anchors }: Drawing,
    visit: (item: Item, at: number, left: number, right: number) => void,
  ) {
    const { single } = this.sort(frame, pen.ratio, anchors);
    for (const at of single) {
      const left = xOf(frame, this.ranges.leftOf(at));
      const right = xOf(frame, this.ranges.rightOf(at));
      if (right >= 0 && left <= frame.widthPx) {
        visit(this.ranges.items[at] as Item, at, left, right);
      }
    }
  }

  /** The others' bands, as one. */
  drawBands({ frame, pen, anchors }: Drawing) {
    const sorted = this.sort(frame, pen.ratio, anchors);
    if (!sorted.columns) return;
    const top = laneBottom(sorted.lowestLane);
    pen.stretch(sorted.columns, 0, xOf(frame, sorted.from), top, frame.heightPx);
  }

  /** And their lanes. */
  drawLanes({ frame, pen, anchors }: Drawing, heightPx = PILL_PX) {
    const sorted = this.sort(frame, pen.ratio, anchors);
    if (!sorted.columns) return;
    const x = xOf(frame, sorted.from);
    for (let lane = 0; lane <= sorted.lowestLane; lane++) {
      const top = laneTop(lane) + (PILL_PX - heightPx) / 2;
      pen.stretch(sorted.columns, lane + 1, x, top, top + heightPx);
    }
  }

  private sort(frame: Frame, ratio: number, anchors: object): Sorted {
    const { sorted } = this;
    const from = -frame.originPx / frame.pxPerBar;
    const to = from + frame.widthPx / frame.pxPerBar;
    const isKept =
      sorted &&
      this.places === anchors &&
      sorted.ratio === ratio &&
      Math.abs(sorted.frame.pxPerBar / frame.pxPerBar - 1) < 1e-9 &&
      sorted.from <= from &&
      sorted.to >= to;
    if (isKept) return sorted;
    this.places = anchors;
    const spare = (to - from) * SPARE;
    this.sorted = this.sortAnew(frame, ratio, from - spare, to + spare);
    return this.sorted;
  }

  private sortAnew(frame: Frame, ratio: number, from: number, to: number): Sorted {
    const { ranges } = this;
    const { start, end } = ranges.touching(from, to);
    const leastBars = MIN_PILL_PX / frame.pxPerBar;
    const single: number[] = [];
    const narrow: number[] = [];
    for (let at = start; at < end; at++) {
      const length = ranges.rightOf(at) - ranges.leftOf(at);
      const isNarrow = length < leastBars && !ranges.items[at]?.selected;
      (isNarrow ? narrow : single).push(at);
    }
    const sorted = { frame, ratio, from, to, columns: null, lowestLane: 0 };
    if (narrow.length <= MAX_NARROW) {
      return { ...sorted, single: [...single, ...narrow].sort((a, b) => a - b) };
    }
    const scale = frame.pxPerBar * ratio;
    const width = Math.ceil((to - from) * scale);
    let lowestLane = 0;
    for (const at of narrow) lowestLane = Math.max(lowestLane, ranges.lanes[at] as number);
    return { ...sorted, single, lowestLane, columns: this.picture(narrow, from, scale, width) };
  }

  private picture(narrow: number[], from: number, scale: number, width: number) {
    const { ranges } = this;
    const items = function* (): Generator<Narrow> {
      for (const at of narrow) {
        yield {
          left: (ranges.leftOf(at) - from) * scale,
          right: (ranges.rightOf(at) - from) * scale,
          lane: ranges.lanes[at] as number,
          rgb: Number.parseInt((ranges.items[at] as Item).color.slice(1), 16),
        };
      }
    };
    const { pixels } = occupy(items(), width, MAX_LANES, {
      all: BAND_OPACITY,
      lane: LANE_OPACITY,
    });
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = MAX_LANES + 1;
    canvas.getContext('2d')?.putImageData(new ImageData(pixels, width), 0, 0);
    return canvas;
  }
}
