import type { BarIndex, Px, UtcSeconds } from '@/contract/units';
import { FOLDED_LANE, MAX_LANES } from '@/editor/lanes';
import { paintBitmap } from './bitmap-cache';
import { rasterizeDensity, type SubPixelRange } from './density';
import type { DrawContext } from './draw-context';
import {
  type Frame,
  laneBottom,
  laneTop,
  logicalAt,
  MIN_PILL_PX,
  PILL_PX,
  xOf,
} from './overlay-layout';
import type { RangeIndex } from './range-index';
import { lowerBound } from './time-scale';

/** So many sub-pixel ranges are drawn one by one; more become columns of pixels. */
const MAX_SUB_PIXEL = 300;
/** So many of the others are drawn anew each frame; more are drawn once. */
const MAX_DRAWN = 40;
/** The bitmaps reach this many widths of the pane to either side, so that panning keeps them. */
const SPARE = 1;
const LANE_OPACITY = 0.8;
const BAND_OPACITY = 0.13;

type Drawable = { startTime: UtcSeconds; endTime: UtcSeconds; color: string; selected: boolean };
type Bitmap = HTMLCanvasElement;
type Sorted = {
  frame: Frame;
  ratio: number;
  /** Of the stretch that it holds. */
  from: BarIndex;
  to: BarIndex;
  /** What is drawn one by one, in order. */
  individual: number[];
  selected: number[];
  unselected: number[];
  /** The lowest of theirs, and of the sub-pixel ones'. */
  lastLane: number;
  columns: Bitmap | null;
  lowestLane: number;
  /** What was drawn once of `individual`; null where that was not worth it yet. */
  bitmaps: Map<'bands' | 'pills', Bitmap | null>;
};
type Visit<Item> = (item: Item, at: number, left: Px, right: Px) => void;
/** Where the bands of a lane begin, and all of them end. */
export type Depth = { top(lane: number): number; bottom: number };

/**
 * Sorts ranges into those drawn one by one and those that are narrower than what can be told
 * apart; the latter, and many of the former, become bitmaps that panning only moves.
 */
export class RangeLayer<Item extends Drawable> {
  private sorted: Sorted | null = null;
  private scale: object | null = null;

  constructor(readonly ranges: RangeIndex<Item>) {}

  /** Visits what is selected and in view. */
  eachSelected(drawing: DrawContext, visit: Visit<Item>) {
    this.each(this.sort(drawing).selected, drawing.frame, visit);
  }

  /** The bands of all, of which `drawer` draws one. */
  drawBands(drawing: DrawContext, drawer: (on: DrawContext, depth: Depth) => Visit<Item>) {
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
    const bitmap = this.bitmapOf(sorted, 'bands', () =>
      paintBitmap(drawing, sorted, MAX_LANES, 1, (on) => {
        this.each(sorted.unselected, on.frame, drawer(on, rows));
      }),
    );
    if (!bitmap) return this.each(sorted.individual, frame, draw);
    for (let lane = 0; lane <= sorted.lastLane; lane++) {
      const end = lane < sorted.lastLane ? laneBottom(lane + 1) : bottom;
      pen.stretch(bitmap, lane, x, widthPx, laneBottom(lane), end);
    }
    this.each(sorted.selected, frame, draw);
  }

  /** The pills of all, of which `drawer` draws one; the narrowest are a line of `linePx` each. */
  drawPills(drawing: DrawContext, linePx: Px, drawer: (on: DrawContext) => Visit<Item>) {
    const { frame, pen } = drawing;
    const sorted = this.sort(drawing);
    const x = xOf(frame, sorted.from);
    const lowest = Math.min(sorted.lowestLane, FOLDED_LANE - 1);
    for (let lane = 0; sorted.columns && lane <= lowest; lane++) {
      const top = laneTop(lane) + (PILL_PX - linePx) / 2;
      pen.stretch(sorted.columns, lane + 1, x, frame.widthPx, top, top + linePx);
    }
    const draw = drawer(drawing);
    const bitmap = this.bitmapOf(sorted, 'pills', () =>
      paintBitmap(drawing, sorted, laneBottom(MAX_LANES) * pen.ratio, pen.ratio, (on) => {
        this.each(sorted.unselected, on.frame, drawer(on));
      }),
    );
    if (!bitmap) return this.each(sorted.individual, frame, draw);
    pen.bitmap(bitmap, x, frame.widthPx);
    // The text of a pill that begins out of sight stays in sight.
    this.each(this.acrossStart(sorted, frame), frame, draw);
    this.each(sorted.selected, frame, draw);
  }

  /** Those drawn one by one that begin out of sight and end in sight. */
  private acrossStart({ unselected }: Sorted, frame: Frame): number[] {
    const { ranges } = this;
    const logical = logicalAt(frame, 0);
    const { start, end } = ranges.touching(logical, logical);
    const first = lowerBound(unselected, start);
    const after = lowerBound(unselected, end);
    return unselected.slice(first, after);
  }

  private each(indices: readonly number[], frame: Frame, visit: Visit<Item>) {
    for (const at of indices) {
      const left = xOf(frame, this.ranges.leftOf(at));
      const right = xOf(frame, this.ranges.rightOf(at));
      if (right < 0 || left > frame.widthPx) continue;
      visit(this.ranges.items.at(at)!, at, left, right);
    }
  }

  /** Many are painted once, when the second frame asks for them: a zoom never has one. */
  private bitmapOf({ bitmaps, individual }: Sorted, name: 'bands' | 'pills', paint: () => Bitmap) {
    if (individual.length <= MAX_DRAWN) return null;
    const isAskedAgain = bitmaps.has(name);
    const bitmap = bitmaps.get(name) ?? (isAskedAgain ? paint() : null);
    bitmaps.set(name, bitmap);
    return bitmap;
  }

  private sort({ frame, pen: { ratio }, timeScale }: DrawContext): Sorted {
    const { sorted } = this;
    const from = -frame.originPx / frame.pxPerBar;
    const to = from + frame.widthPx / frame.pxPerBar;
    const isKept =
      sorted &&
      this.scale === timeScale &&
      sorted.ratio === ratio &&
      Math.abs(sorted.frame.pxPerBar / frame.pxPerBar - 1) < 1e-9 &&
      sorted.from <= from &&
      sorted.to >= to;
    if (isKept) return sorted;
    this.scale = timeScale;
    const spare = (to - from) * SPARE;
    this.sorted = this.sortAnew(frame, ratio, from - spare, to + spare);
    return this.sorted;
  }

  private sortAnew(frame: Frame, ratio: number, from: BarIndex, to: BarIndex): Sorted {
    const { ranges } = this;
    const { start, end } = ranges.touching(from, to);
    const leastBars = MIN_PILL_PX / frame.pxPerBar;
    const individual: number[] = [];
    const subPixel: number[] = [];
    for (let at = start; at < end; at++) {
      const length = ranges.rightOf(at) - ranges.leftOf(at);
      const isSubPixel = length < leastBars && !ranges.items.at(at)?.selected;
      (isSubPixel ? subPixel : individual).push(at);
    }
    const columns =
      subPixel.length > MAX_SUB_PIXEL ? this.bitmap(subPixel, frame, ratio, from, to) : null;
    if (!columns) {
      individual.push(...subPixel.splice(0));
      individual.sort((a, b) => a - b);
    }
    const isSelected = (at: number) => ranges.items.at(at)?.selected === true;
    const lastOf = (indices: number[]) =>
      indices.reduce((last, at) => Math.max(last, ranges.laneOf(at)), 0);
    return {
      ...{ frame, ratio, from, to, individual, columns, bitmaps: new Map() },
      selected: individual.filter(isSelected),
      unselected: individual.filter((at) => !isSelected(at)),
      lastLane: lastOf(individual),
      lowestLane: lastOf(subPixel),
    };
  }

  private bitmap(subPixel: number[], frame: Frame, ratio: number, from: BarIndex, to: BarIndex) {
    const { ranges } = this;
    const scale = frame.pxPerBar * ratio;
    const width = Math.ceil((to - from) * scale);
    const items = function* (): Generator<SubPixelRange> {
      for (const at of subPixel) {
        yield {
          left: (ranges.leftOf(at) - from) * scale,
          right: (ranges.rightOf(at) - from) * scale,
          lane: ranges.laneOf(at),
          rgb: Number.parseInt(ranges.items.at(at)!.color.slice(1), 16),
        };
      }
    };
    const { pixels } = rasterizeDensity(items(), width, MAX_LANES, {
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
