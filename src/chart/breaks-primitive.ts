import type { ISeriesPrimitive, Time } from 'lightweight-charts';
import type { BarIndex, Px, UtcSeconds } from '@/contract/units';
import { type Frame, logicalAt, xOf } from './overlay-layout';
import { Pen } from './pen';
import { RangeIndex, type TimeRange } from './range-index';
import type { ChartTheme } from './theme';
import { AxisPrimitive, type DrawTarget } from './themed-primitive';
import { lowerBound, type TimeScale } from './time-scale';

const DAY = 86_400;
/** Days narrower than this have no lines between them. */
const MIN_DAY_PX = 28;
const MARK_TOP_PX = 5;
const MARK_HEIGHT_PX = 5;
const MARK_SLANT_PX = 3;

/** The bars that are drawn. */
export type DrawnBars = { level: number; first: BarIndex; times: ArrayLike<UtcSeconds> };
type Geometry = {
  frame(): Frame | null;
  timeScale(): TimeScale | null;
  drawn(): DrawnBars | null;
  timeframe(): number;
  /** As the page's clocks show it, in seconds that are read as UTC. */
  shown(time: UtcSeconds): number;
};

/** Where a day of trading ends and the next begins, and where candles are missing. */
export class BreaksPrimitive extends AxisPrimitive implements ISeriesPrimitive<Time> {
  private gaps = new RangeIndex<TimeRange>([]);
  /** First bars of days, for the bars that are drawn. */
  private days: { of: TimeScale; bars: number[] } | null = null;

  constructor(
    private readonly geometry: Geometry,
    theme: ChartTheme,
  ) {
    super(theme);
  }

  timeAxisPaneViews() {
    return this.onAxis;
  }

  /** Each lies before the candle of its time. */
  setGaps(times: readonly UtcSeconds[]) {
    this.gaps = new RangeIndex(times.map((time) => ({ startTime: time, endTime: time })));
    this.requestUpdate();
  }

  /** Days begin elsewhere by now. */
  followClock() {
    this.days = null;
    this.requestUpdate();
  }

  protected drawUnder(target: DrawTarget) {
    const frame = this.geometry.frame();
    const timeScale = this.geometry.timeScale();
    if (!frame || !timeScale || this.geometry.timeframe() >= DAY) return;
    if (this.days?.of !== timeScale) this.days = { of: timeScale, bars: this.findDays() };
    const { bars } = this.days;
    const from = lowerBound(bars, logicalAt(frame, 0));
    const to = lowerBound(bars, logicalAt(frame, frame.widthPx));
    if (to - from > frame.widthPx / MIN_DAY_PX) return;
    // biome-ignore lint/correctness/useHookAtTopLevel: fancy-canvas, not a hook.
    target.useBitmapCoordinateSpace(
      ({ context, horizontalPixelRatio, verticalPixelRatio, mediaSize }) => {
        const pen = new Pen(context, horizontalPixelRatio, verticalPixelRatio);
        for (let at = from; at < to; at++) {
          pen.edge(xOf(frame, bars[at]!), 0, mediaSize.height, 1, this.theme.line, 1);
        }
      },
    );
  }

  private findDays(): number[] {
    const drawn = this.geometry.drawn();
    if (!drawn || drawn.level > 0) return [];
    const { first, times } = drawn;
    const dayOf = (time: UtcSeconds) => Math.floor(this.geometry.shown(time) / DAY);
    const bars: number[] = [];
    let last = times.length > 0 ? dayOf(times[0]!) : 0;
    for (let at = 1; at < times.length; at++) {
      const day = dayOf(times[at]!);
      if (day !== last) bars.push(first + at);
      last = day;
    }
    return bars;
  }

  protected drawOnAxis(target: DrawTarget) {
    const { gaps, theme } = this;
    const frame = this.geometry.frame();
    const timeScale = this.geometry.timeScale();
    if (gaps.items.length === 0 || !frame || !timeScale) return;
    gaps.setScale(timeScale);
    const { start, end } = gaps.touching(logicalAt(frame, 0), logicalAt(frame, frame.widthPx));
    // biome-ignore lint/correctness/useHookAtTopLevel: fancy-canvas, not a hook.
    target.useBitmapCoordinateSpace(({ context, horizontalPixelRatio, verticalPixelRatio }) => {
      const pen = new Pen(context, horizontalPixelRatio, verticalPixelRatio);
      let drawnTo: Px = Number.NEGATIVE_INFINITY;
      for (let at = start; at < end; at++) {
        const x = xOf(frame, gaps.leftOf(at));
        // Those that fall together are one mark.
        if (x - drawnTo < 2 * MARK_SLANT_PX || x < 0 || x > frame.widthPx) continue;
        drawnTo = x;
        for (const aside of [-1.5, 1.5]) {
          const top = { xPx: x + aside + MARK_SLANT_PX / 2, yPx: MARK_TOP_PX };
          const foot = { xPx: x + aside - MARK_SLANT_PX / 2, yPx: MARK_TOP_PX + MARK_HEIGHT_PX };
          pen.line(foot, top, 1.25, theme.warning);
        }
      }
    });
  }
}
