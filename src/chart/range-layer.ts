import { MAX_LANES } from '@/editor/lanes';
import { lowerBound } from './anchors';
import type { Drawing } from './draw-spans';
import { type Narrow, occupy } from './occupancy';
import type { RangeIndex } from './overlay-index';
import {
  type Frame,
  laneBottom,
  laneTop,
  MIN_PILL_PX,
  PILL_PX,
  placeAt,
  xOf,
} from './overlay-layout';
import { paintStrip } from './strip';

/** So many narrow ranges are drawn one by one; more become columns of pixels. */
const MAX_NARROW = 300;
/** So many of the others are drawn anew each frame; more are drawn once. */
const MAX_DRAWN = 40;
/** The pictures reach this many widths of the pane to either side, so that panning keeps them. */
const SPARE = 1;
const LANE_OPACITY = 0.8;
const BAND_OPACITY = 0.13;

type Drawable = { startTime: number; endTime: number; color: string; selected: boolean };
type Picture = HTMLCanvasElement;
type Sorted = {
  frame: Frame;
  ratio: number;
  /** Of the stretch that it holds. */
  from: number;
  to: number;
  /** What is drawn one by one, in order. */
  single: number[];
  selected: number[];
  unselected: number[];
  /** The lowest of theirs, and of the narrow ones'. */
  lastLane: number;
  columns: Picture | null;
  lowestLane: number;
  /** What was drawn once of `single`; null where that was not worth it yet. */
  strips: Map<'bands' | 'pills', Picture | null>;
};
type Visit<Item> = (item: Item, at: number, left: number, right: number) => void;
/** Where the bands of a lane begin, and all of them end. */
export type Depth = { top(lane: number): number; bottom: number };

/**
 * Sorts ranges into those drawn one by one and those that are narrower than what can be told
 * apart; the latter, and many of the former, become pictures that panning only moves.
 */
export class RangeLayer<Item extends Drawable> {
  private sorted: Sorted | null = null;
  private places: object | null = null;

  constructor(readonly ranges: RangeIndex<Item>) {}

  /** Visits what is selected and in view. */
  eachSelected(drawing: Drawing, visit: Visit<Item>) {
    this.each(this.sort(drawing).selected, drawing.frame, visit);
  }

  /** The bands of all, of which `drawer` draws one. */
  drawBands(drawing: Drawing, drawer: (on: Drawing, depth: Depth) => Visit<Item>) {
    const { frame, pen } = drawing;
    const sorted = this.sort(drawing);
    const x = xOf(frame, sorted.from);
    const bottom = frame.heightPx;
    const { widthPx } = frame;
    if (sorted.columns) {
      pen.stretch(sorted.columns, 0, x, widthPx, laneBottom(sorted.lowestLane), bottom);
    }
    const draw = drawer(drawing, { top: laneBottom, bottom });
    // A row a lane: from there down all bands look the same, but for those of lower lanes.
    const rows = { top: (lane: number) => lane, bottom: MAX_LANES };
    const strip = this.stripOf(sorted, 'bands', () =>
      paintStrip(drawing, sorted, MAX_LANES, 1, (on) => {
        this.each(sorted.unselected, on.frame, drawer(on, rows));
      }),
    );
    if (!strip) return this.each(sorted.single, frame, draw);
    for (let lane = 0; lane <= sorted.lastLane; lane++) {
      const end = lane < sorted.lastLane ? laneBottom(lane + 1) : bottom;
      pen.stretch(strip, lane, x, widthPx, laneBottom(lane), end);
    }
    this.each(sorted.selected, frame, draw);
  }

  /** The pills of all, of which `drawer` draws one; the narrowest are a line of `linePx` each. */
  drawPills(drawing: Drawing, linePx: number, drawer: (on: Drawing) => Visit<Item>) {
    const { frame, pen } = drawing;
    const sorted = this.sort(drawing);
    const x = xOf(frame, sorted.from);
    for (let lane = 0; sorted.columns && lane <= sorted.lowestLane; lane++) {
      const top = laneTop(lane) + (PILL_PX - linePx) / 2;
      pen.stretch(sorted.columns, lane + 1, x, frame.widthPx, top, top + linePx);
    }
    const draw = drawer(drawing);
    const strip = this.stripOf(sorted, 'pills', () =>
      paintStrip(drawing, sorted, laneBottom(MAX_LANES) * pen.ratio, pen.ratio, (on) => {
        this.each(sorted.unselected, on.frame, drawer(on));
      }),
    );
    if (!strip) return this.each(sorted.single, frame, draw);
    pen.picture(strip, x, frame.widthPx);
    // The text of a pill that begins or ends out of sight stays in sight.
    for (const side of [0, frame.widthPx]) this.each(this.across(side, sorted, frame), frame, draw);
    this.each(sorted.selected, frame, draw);
  }

  /** Those drawn one by one that lie on both sides of an x. */
  private across(xPx: number, { unselected }: Sorted, frame: Frame): number[] {
    const { ranges } = this;
    const place = placeAt(frame, xPx);
    const { start, end } = ranges.touching(place, place);
    const first = lowerBound(unselected, start);
    const after = lowerBound(unselected, end);
    return unselected.slice(first, after);
  }

  private each(indices: readonly number[], frame: Frame, visit: Visit<Item>) {
    for (const at of indices) {
      const left = xOf(frame, this.ranges.leftOf(at));
      const right = xOf(frame, this.ranges.rightOf(at));
      if (right < 0 || left > frame.widthPx) continue;
      visit(this.ranges.items[at] as Item, at, left, right);
    }
  }

  /** Many are painted once, when the second frame asks for them: a zoom never has one. */
  private stripOf({ strips, single }: Sorted, name: 'bands' | 'pills', paint: () => Picture) {
    if (single.length <= MAX_DRAWN) return null;
    const isAskedAgain = strips.has(name);
    const strip = strips.get(name) ?? (isAskedAgain ? paint() : null);
    strips.set(name, strip);
    return strip;
  }

  private sort({ frame, pen: { ratio }, anchors }: Drawing): Sorted {
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
    const columns =
      narrow.length > MAX_NARROW ? this.picture(narrow, frame, ratio, from, to) : null;
    if (!columns) {
      single.push(...narrow.splice(0));
      single.sort((a, b) => a - b);
    }
    const isSelected = (at: number) => ranges.items[at]?.selected === true;
    const lastOf = (indices: number[]) =>
      indices.reduce((last, at) => Math.max(last, ranges.lanes[at] as number), 0);
    return {
      ...{ frame, ratio, from, to, single, columns, strips: new Map() },
      selected: single.filter(isSelected),
      unselected: single.filter((at) => !isSelected(at)),
      lastLane: lastOf(single),
      lowestLane: lastOf(narrow),
    };
  }

  private picture(narrow: number[], frame: Frame, ratio: number, from: number, to: number) {
    const { ranges } = this;
    const scale = frame.pxPerBar * ratio;
    const width = Math.ceil((to - from) * scale);
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
