import { TILE_BARS } from '@/contract/candles';
import { ALL_TIME } from '@/contract/common';
import type { BarIndex } from '@/contract/units';
import { FOLDED_LANE } from '@/editor/lanes';
import { barReads } from './bar-reads';
import { BreaksPrimitive } from './breaks-primitive';
import { CandleChart } from './candle-chart';
import type { ChartBar } from './chart-bar';
import { createMoves } from './chart-moves';
import { ExaminedPrimitive } from './examined-primitive';
import type { FoldedPill } from './folded-pills';
import { type GestureEvent, Gestures } from './gestures';
import { IndicatorLayer } from './indicators/indicator-layer';
import { labelFont } from './label-text';
import { LastPrice } from './last-price';
import { laneBottom, laneTop, logicalAt, xOf } from './overlay-layout';
import { OverlayPrimitive } from './overlay-primitive';
import { snapPrice } from './snap';
import type {
  BarPosition,
  ChartPointer,
  ChartState,
  ChartView,
  ChartViewOptions,
  ViewRange,
} from './types';
import { ViewLoader } from './view-loader';

const EDGE_BARS = 0.01;
/** What the database tells two times apart by. */
const BESIDE_SECONDS = 1e-6;

/** A candlestick chart in the container, which must have a size. */
export function createChartView(container: HTMLElement, options: ChartViewOptions): ChartView {
  const viewChanged = listeners<ViewRange>();
  const crossed = listeners<ChartBar | null>();
  const stateChanged = listeners<ChartState>();
  const pointerHandlers = new Set<(event: ChartPointer) => boolean>();
  let state: ChartState = {
    loading: true,
    error: null,
    empty: false,
    dataRev: null,
    timeframe: null,
  };
  let crossedIndex: number | null = null;
  let crossedBar: ChartBar | null = null;
  let isMoved = false;
  let announcement = 0;

  const chart = new CandleChart(container, options.theme, options.pricePrecision);
  const loader = new ViewLoader(chart, options.source, {
    change() {
      isMoved = true;
      announce();
    },
    state: (next) => {
      const last = state;
      state = next;
      if (!isAlike(last, next)) stateChanged.tell(next);
    },
  });
  const overlay = new OverlayPrimitive(
    {
      frame: () => chart.frame(),
      timeScale: () => loader.timeScale,
      barHolding: (bar) => loader.barHolding(bar),
      yOf: (price) => chart.yOf(price),
    },
    options.theme,
    (lanes) => chart.setLanes(lanes),
  );
  chart.candles.attachPrimitive(overlay);
  const examined = new ExaminedPrimitive(
    { frame: () => chart.frame(), timeScale: () => loader.timeScale, bars: () => loader.bars },
    options.theme,
  );
  chart.candles.attachPrimitive(examined);
  const lastPrice = new LastPrice(
    {
      newest: () => loader.newest,
      yOf: (price) => chart.yOf(price),
      heightPx: () => chart.priceHeightPx,
      format: (price) => chart.candles.priceFormatter().format(price),
    },
    options.theme,
  );
  chart.candles.attachPrimitive(lastPrice);
  const breaks = new BreaksPrimitive(
    {
      frame: () => chart.frame(),
      timeScale: () => loader.timeScale,
      drawn: () => loader.drawn(),
      timeframe: () => loader.timeframe,
      shown: (time) => chart.shownTime(time),
    },
    options.theme,
  );
  chart.candles.attachPrimitive(breaks);
  const indicatorsChanged = listeners<void>();
  const indicators = new IndicatorLayer(
    chart,
    {
      timeframe: () => loader.timeframe,
      find: (seq) => loader.reader.find(seq * TILE_BARS),
      load: (seq) => loader.reader.load(seq * TILE_BARS),
    },
    options.theme,
    () => indicatorsChanged.tell(),
  );
  chart.onLayout(() => {
    loader.followLayout();
    isMoved = true;
    announce();
  });
  chart.onCrosshair((index) => {
    crossedIndex = index;
    announce();
  });
  function visibleRange(): ViewRange | null {
    const { view, timeScale, bars } = loader;
    if (!view || !timeScale) return null;
    const [from, to] = [timeScale.timeAt(view.from), timeScale.timeAt(view.to)];
    return { from, to, fromBar: view.from, toBar: view.to, bars };
  }

  const moves = createMoves(loader, visibleRange);
  const gestures = new Gestures(chart, loader, handlePointer, moves.stop);
  let isDestroyed = false;
  void document.fonts.load(labelFont(1)).then(() => {
    if (isDestroyed) return;
    chart.remeasure();
    overlay.remeasure();
  });

  /** Once a frame: while candles are dragged, the library names another bar in between. */
  function announce() {
    announcement ||= requestAnimationFrame(() => {
      announcement = 0;
      const bar = crossedIndex === null ? null : loader.barAtIndex(crossedIndex);
      if (bar !== crossedBar && !(bar && crossedBar && isAlike(bar, crossedBar))) {
        crossedBar = bar;
        crossed.tell(bar);
      }
      const range = isMoved && visibleRange();
      isMoved = false;
      if (range) viewChanged.tell(range);
    });
  }

  function handlePointer(event: GestureEvent): boolean {
    const pointer = pointerHandlers.size > 0 ? toPointer(event) : null;
    let isCaptured = false;
    if (pointer) for (const handler of pointerHandlers) isCaptured = handler(pointer) || isCaptured;
    return isCaptured;
  }

  function toPointer(event: GestureEvent): ChartPointer | null {
    const frame = chart.frame();
    const nearest = frame && barUnder(logicalAt(frame, event.xPx));
    if (!nearest) return null;
    const isHit = event.pane === 'price' && event.type !== 'leave' && !event.pressed;
    const price = chart.priceAt(Math.min(Math.max(event.yPx, 0), frame.heightPx));
    return {
      ...event,
      ...nearest,
      price,
      // Asked for by few: panning passes here at each step.
      snappedPrice() {
        const bar = loader.barHolding(nearest.bar);
        return bar ? snapPrice(bar, price, (each) => chart.yOf(each)) : price;
      },
      folded: isHit ? foldedAt(event.xPx, event.yPx) : null,
      hit: isHit ? overlay.hitAt(event.xPx, event.yPx) : null,
    };
  }

  function foldedAt(xPx: number, yPx: number): FoldedPill | null {
    if (yPx < laneTop(FOLDED_LANE) || yPx > laneBottom(FOLDED_LANE)) return null;
    const isAt = ({ leftPx, rightPx }: FoldedPill) => xPx >= leftPx && xPx <= rightPx;
    return overlay.foldedInView().find(isAt) ?? null;
  }

  function barUnder(logical: BarIndex): BarPosition | null {
    const bar = Math.min(Math.max(Math.floor(logical), 0), loader.bars - 1);
    const tile = loader.reader.find(bar);
    if (tile) return { bar, time: tile.time[bar % TILE_BARS]! };
    const drawn = loader.barHolding(bar);
    return drawn && { bar: drawn.bar, time: drawn.time };
  }

  return {
    setTheme(theme) {
      chart.setTheme(theme);
      overlay.setTheme(theme);
      examined.setTheme(theme);
      lastPrice.setTheme(theme);
      breaks.setTheme(theme);
      indicators.setTheme(theme);
    },
    setLogScale: (on) => chart.setLogScale(on),
    setTimeframe(timeframe) {
      // A flight is one over the bars that are shown.
      moves.land();
      void loader.setTimeframe(timeframe);
    },
    setPricePrecision: (digits) => chart.setPricePrecision(digits),
    setClock(clock) {
      chart.setClock(clock);
      breaks.followClock();
    },
    setGaps: (times) => breaks.setGaps(times),

    ...moves.view,
    visibleRange,
    onViewChange: viewChanged.add,

    setOverlay: (next) => overlay.setOverlay(next),
    setExamined: (ranges) => examined.setRanges(ranges),
    onPointer(handler) {
      pointerHandlers.add(handler);
      return () => pointerHandlers.delete(handler);
    },
    onCrosshair: crossed.add,
    lastBar() {
      const { view, bars } = loader;
      return view && loader.barHolding(Math.max(0, Math.min(Math.ceil(view.to), bars) - 1));
    },
    foldedPills: () => overlay.foldedInView(),
    setCursor: (css) => gestures.setCursor(css),

    ...barReads(loader),

    extentOf(startTime, endTime) {
      const frame = chart.frame();
      const { timeScale, bars } = loader;
      if (!frame || !timeScale) return null;
      const right = Math.min(timeScale.endEdge(endTime), bars);
      return {
        leftPx: xOf(frame, timeScale.startEdge(startTime)),
        rightPx: xOf(frame, right),
      };
    },
    barsAt(fromPx, toPx) {
      const frame = chart.frame();
      const { timeScale, bars } = loader;
      if (!frame || !timeScale) return null;
      const within = (logical: number) => Math.min(Math.max(logical, 0), bars - 1);
      // A hair inside, so that what only touches the edge is not in it.
      const first = within(Math.floor(logicalAt(frame, fromPx) + EDGE_BARS));
      const last = within(Math.ceil(logicalAt(frame, toPx) - EDGE_BARS) - 1);
      return {
        startTime: timeScale.timeAt(first),
        endTime: last === bars - 1 ? ALL_TIME.to : timeScale.timeAt(last + 1) - BESIDE_SECONDS,
        bars: Math.max(0, last - first + 1),
      };
    },
    plot() {
      const frame = chart.frame();
      return frame && { ...frame, heightPx: chart.plotHeightPx, lanesPx: chart.lanesPx };
    },

    setIndicators: (ids) => void indicators.set(ids),
    indicatorsAt: (bar) => indicators.valuesAt(bar),
    onIndicators: indicatorsChanged.add,
    priceHeight: () => chart.priceHeightPx,
    screenshot: () => chart.chart.takeScreenshot(),
    onState(listener) {
      listener(state);
      return stateChanged.add(listener);
    },
    reload: () => loader.retry(),
    destroy() {
      isDestroyed = true;
      moves.stop();
      cancelAnimationFrame(announcement);
      gestures.destroy();
      loader.close();
      chart.destroy();
    },
  };
}

function isAlike<Value extends object>(one: Value, other: Value): boolean {
  return (Object.keys(one) as (keyof Value)[]).every((key) => one[key] === other[key]);
}

function listeners<Value>() {
  const all = new Set<(value: Value) => void>();
  return {
    add(listener: (value: Value) => void) {
      all.add(listener);
      return () => void all.delete(listener);
    },
    tell(value: Value) {
      for (const listener of all) listener(value);
    },
  };
}
