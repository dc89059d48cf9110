import type {
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesPrimitive,
  Time,
} from 'lightweight-charts';
import type { BarIndex, Px } from '@/contract/units';
import { type Frame, logicalAt, xOf } from './overlay-layout';
import { Pen } from './pen';
import { RangeIndex, type TimeRange } from './range-index';
import type { ChartTheme } from './theme';
import { ThemedPrimitive } from './themed-primitive';
import type { TimeScale } from './time-scale';

export const EXAMINED_BAND_PX = 4;
const HATCH_PX = 6;
const HATCH_LINE_PX = 1.5;

type Geometry = { frame(): Frame | null; timeScale(): TimeScale | null; bars(): BarIndex };
type DrawTarget = Parameters<IPrimitivePaneRenderer['draw']>[0];

/** A band at the top of the time axis: which bars have been examined; hatched where nobody has. */
export class ExaminedPrimitive extends ThemedPrimitive implements ISeriesPrimitive<Time> {
  /** Null until it is known. */
  private ranges: RangeIndex<TimeRange> | null = null;
  private hatch: { key: string; pattern: CanvasPattern | null } | null = null;
  private readonly views: IPrimitivePaneView[];

  constructor(
    private readonly geometry: Geometry,
    theme: ChartTheme,
  ) {
    super(theme);
    const renderer: IPrimitivePaneRenderer = { draw: (target) => this.draw(target) };
    this.views = [{ renderer: () => renderer }];
  }

  timeAxisPaneViews() {
    return this.views;
  }

  setRanges(ranges: readonly TimeRange[] | null) {
    this.ranges = ranges && new RangeIndex(ranges);
    this.requestUpdate();
  }

  private draw(target: DrawTarget) {
    const { ranges, theme } = this;
    const frame = this.geometry.frame();
    const timeScale = this.geometry.timeScale();
    if (!ranges || !frame || !timeScale) return;
    ranges.setScale(timeScale);
    const left = Math.max(0, xOf(frame, 0));
    const right = Math.min(frame.widthPx, xOf(frame, this.geometry.bars()));
    const { start, end } = ranges.touching(logicalAt(frame, left), logicalAt(frame, right));
    // biome-ignore lint/correctness/useHookAtTopLevel: fancy-canvas, not a hook.
    target.useBitmapCoordinateSpace(({ context, horizontalPixelRatio: ratio }) => {
      const pen = new Pen(context, ratio, ratio);
      const color = ranges.items.length === 0 ? theme.faint : theme.warning;
      pen.box(left, 0, right, EXAMINED_BAND_PX, this.hatchOf(context, color, ratio) ?? color);
      for (let at = start; at < end; at++) {
        const from: Px = Math.max(left, xOf(frame, ranges.leftOf(at)));
        const to: Px = Math.min(right, xOf(frame, ranges.rightOf(at)));
        if (to > from) pen.box(from, 0, to, EXAMINED_BAND_PX, theme.accent);
      }
    });
  }

  /** Diagonal lines, on what is under them. */
  private hatchOf(context: CanvasRenderingContext2D, color: string, ratio: number) {
    const key = `${color} ${ratio} ${this.theme.canvas}`;
    if (this.hatch?.key !== key) {
      this.hatch = {
        key,
        pattern: context.createPattern(hatchTile(color, ratio, this.theme), 'repeat'),
      };
    }
    return this.hatch.pattern;
  }
}

function hatchTile(
  color: string,
  ratio: number,
  { canvas: ground }: ChartTheme,
): HTMLCanvasElement {
  const tile = document.createElement('canvas');
  const size = Math.round(HATCH_PX * ratio);
  tile.width = size;
  tile.height = size;
  const context = tile.getContext('2d');
  if (!context) return tile;
  context.fillStyle = ground;
  context.fillRect(0, 0, size, size);
  context.strokeStyle = color;
  context.lineWidth = HATCH_LINE_PX * ratio;
  context.beginPath();
  // The line and its neighbours, as far as their ends reach into the tile.
  for (const by of [-size, 0, size]) {
    context.moveTo(by - size, 2 * size);
    context.lineTo(by + 2 * size, -size);
  }
  context.stroke();
  return tile;
}
