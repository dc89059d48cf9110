import type { BarIndex, Px, UtcSeconds } from '@/contract/units';
import { FOLDED_LANE, MAX_LANES } from '@/editor/lanes';
import { clear, paintBitmap, widthOf } from './bitmap-cache';
import { createDensity } from './density';
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
import type { RangeIndex, Together } from './range-index';
import { lowerBound } from './time-scale';

/** So many sub-pixel ranges are drawn one by one; more become columns of pixels. */
const MAX_SUB_PIXEL = 300;
/** So many of the others are drawn anew each frame; more are drawn once. */
const MAX_DRAWN = 40;
/** Device pixels: what lies together on no more of them is drawn together. */
const MAX_TOGETHER = 2;
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
/** The colour of the last one in each lane; null where one is selected. */
function laneColorsOf(some: Together<Drawable>): ReadonlyMap<number, string> | null {
  let colors = known.get(some);
  if (colors === undefined) {
    const { items, lanes } = some;
    const isAny = items.some(({ selected }) => selected);
    colors = isAny ? null : new Map(items.map(({ color }, at) => [lanes[at]!, color]));
    known.set(some, colors);
  }
  return colors;
}
const known = new WeakMap<Together<Drawable>, ReadonlyMap<number, string> | null>();

/** Where the bands of a lane begin, and all of them end. */
export type Depth = { top(lane: number): number; bottom: number };

/**
 * Sorts ranges into those drawn one by one and those that are narrower than what can be told
 * apart; the latter, and many of the former, become bitmaps that panning only moves.
 */
export class RangeLayer<Item extends Drawable> {
  private sorted: Sorted | null = null;
  private scale: object | null = null;

  /** Memory of bitmaps goes from layer to layer: to take it anew at each change has all garbage collected. */
  private readonly canvases: Partial<Record<'bands' | 'pills' | 'columns', HTMLCanvasElement>>;

  /** `last` is not drawn any more. */
  constructor(
    readonly ranges: RangeIndex<Item>,
    last?: RangeLayer<Item>,
  ) {
    this.canvases = last?.canvases ?? {};
    // Now, as the items were just read: far from each other in memory, 100,000 would take 50 ms in a frame.
    for (const some of ranges.together()) laneColorsOf(some);
  }

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
    const bitmap = this.bitmapOf(sorted, 'bands', (canvas) =>
      paintBitmap(canvas, drawing, sorted, MAX_LANES, 1, (on) => {
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
    const bitmap = this.bitmapOf(sorted, 'pills', (canvas) =>
      paintBitmap(canvas, drawing, sorted, laneBottom(MAX_LANES) * pen.ratio, pen.ratio, (on) => {
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
  private bitmapOf(
    { bitmaps, individual }: Sorted,
    name: 'bands' | 'pills',
    paint: (on: Bitmap) => Bitmap,
  ) {
    if (individual.length <= MAX_DRAWN) return null;
    const isAskedAgain = bitmaps.has(name);
    const bitmap = bitmaps.get(name) ?? (isAskedAgain ? paint(this.canvasOf(name)) : null);
    bitmaps.set(name, bitmap);
    return bitmap;
  }

  private canvasOf(name: keyof typeof this.canvases): Bitmap {
    const canvas = this.canvases[name] ?? document.createElement('canvas');
    this.canvases[name] = canvas;
    return canvas;
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
    const scale = frame.pxPerBar * ratio;
    const width = widthOf({ from, to }, scale);
    const density =
      end - start > MAX_SUB_PIXEL
        ? createDensity(width, MAX_LANES, { all: BAND_OPACITY, lane: LANE_OPACITY })
        : null;
    const individual: number[] = [];
    let lowestLane = 0;
    const add = (left: BarIndex, right: BarIndex, lane: number, color: string) => {
      density?.add((left - from) * scale, (right - from) * scale, lane, color);
      lowestLane = Math.max(lowestLane, lane);
    };
    ranges.visit(
      start,
      end,
      (item, at, left, right, lane) => {
        if (item.selected || right - left >= leastBars) individual.push(at);
        else add(left, right, lane, item.color);
      },
      (some, left, right) => {
        const colors = (right - left) * scale <= MAX_TOGETHER && laneColorsOf(some);
        if (!colors) return false;
        for (const [lane, color] of colors) add(left, right, lane, color);
        return true;
      },
    );
    const sorted = { frame, ratio, from, to, bitmaps: new Map() };
    if (!density || end - start - individual.length <= MAX_SUB_PIXEL) {
      const all = Array.from({ length: end - start }, (_, index) => start + index);
      return { ...sorted, ...this.drawnOneByOne(all), columns: null, lowestLane: 0 };
    }
    const columns = this.canvasOf('columns');
    clear(columns, width, MAX_LANES + 1);
    columns.getContext('2d')?.putImageData(new ImageData(density.pixels, width), 0, 0);
    return { ...sorted, ...this.drawnOneByOne(individual), columns, lowestLane };
  }

  private drawnOneByOne(individual: number[]) {
    const { ranges } = this;
    const isSelected = (at: number) => ranges.items.at(at)?.selected === true;
    return {
      individual,
      selected: individual.filter(isSelected),
      unselected: individual.filter((at) => !isSelected(at)),
      lastLane: individual.reduce((last, at) => Math.max(last, ranges.laneOf(at)), 0),
    };
  }
}
