import { TILE_BARS } from '@/contract/candles';
import { ALL_TIME } from '@/contract/common';
import type { BarIndex, UtcSeconds } from '@/contract/units';
import { FOLDED_LANE } from '@/editor/lanes';
import { BreaksPrimitive } from './breaks-primitive';
import { CandleChart } from './candle-chart';
import type { ChartBar } from './chart-bar';
import { ExaminedPrimitive } from './examined-primitive';
import type { FoldedPill } from './folded-pills';
import { type GestureEvent, Gestures } from './gestures';
import { IndicatorLayer } from './indicators/indicator-layer';
import { labelFont } from './label-text';
import { LastPrice } from './last-price';
import { laneBottom, laneTop, logicalAt, xOf } from './overlay-layout';
import { OverlayPrimitive } from './overlay-primitive';
import { snapPrice } from './snap';
import { findSwing } from './swings';
import type {
  BarPosition,
  ChartPointer,
  ChartState,
  ChartView,
  ChartViewOptions,
  ViewRange,
} from './types';
import {
  fitView,
  newestSince,
  type View,
  viewFollowing,
  viewOfRange,
  viewShowing,
  zoomView,
} from './view';
import { ViewLoader } from './view-loader';

const ANIMATION_MS = 140;
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
  let animation = 0;
  /** Counts what moves the view, so that an answer that comes late moves nothing. */
  let movement = 0;

  const chart = new CandleChart(container, options.theme, options.pricePrecision);
  const loader = new ViewLoader(chart, options.source, options.timeframe, {
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
  chart.onLayout(() => loader.followLayout());
  chart.onCrosshair((index) => {
    crossedIndex = index;
    announce();
  });
  const gestures = new Gestures(chart, loader, handlePointer, stopAnimation);
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

  function visibleRange(): ViewRange | null {
    const { view, timeScale, bars } = loader;
    if (!view || !timeScale) return null;
    const [from, to] = [timeScale.timeAt(view.from), timeScale.timeAt(view.to)];
    return { from, to, fromBar: view.from, toBar: view.to, bars };
  }

  function stopAnimation() {
    movement++;
    cancelAnimationFrame(animation);
  }

  function show(view: View) {
    stopAnimation();
    loader.setView(view);
  }

  /** A short way is flown, a long one jumped. */
  function animateTo(target: View) {
    stopAnimation();
    const start = loader.view;
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (!start || isCalm || !isNear(start, target)) return loader.setView(target);
    const began = performance.now();
    const step = (now: number) => {
      const share = Math.min(1, Math.max(0, (now - began) / ANIMATION_MS));
      const eased = 1 - (1 - share) ** 3;
      loader.setView({
        from: start.from + (target.from - start.from) * eased,
        to: start.to + (target.to - start.to) * eased,
      });
      if (share < 1) animation = requestAnimationFrame(step);
    };
    animation = requestAnimationFrame(step);
  }

  /** Moves the view by an answer of the server, unless something else moved it meanwhile. */
  async function animateOnceKnown(times: UtcSeconds[], viewOf: (bars: number[]) => View | null) {
    stopAnimation();
    const asked = movement;
    const bars = await Promise.all(times.map((time) => loader.reader.barOf(time)));
    const target = asked === movement ? viewOf(bars) : null;
    if (target) animateTo(target);
  }

  /** Where the last flight to another place began. */
  let place: Place | null = null;
  const placeNow = (): Place | null => {
    const range = visibleRange();
    return range && { timeframe: loader.timeframe, range };
  };

  /** Keeps where a flight begins, unless it only goes a little further. */
  function rememberPlace(target: View): View {
    const { view } = loader;
    if (view && isElsewhere(view, target)) place = placeNow();
    return target;
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
    setTimeframe: (seconds) => void loader.setTimeframe(seconds),
    setPricePrecision: (digits) => chart.setPricePrecision(digits),
    setClock(clock) {
      chart.setClock(clock);
      breaks.followClock();
    },
    setGaps: (times) => breaks.setGaps(times),

    fit() {
      stopAnimation();
      rememberPlace(fitView(loader.bars));
      loader.fit();
    },
    goTo: (time) =>
      animateOnceKnown([time], ([bar = 0]) => {
        const { view } = loader;
        const half = view ? (view.to - view.from) / 2 : 0;
        return rememberPlace({ from: bar + 0.5 - half, to: bar + 0.5 + half });
      }),
    showRange: (from, to) =>
      animateOnceKnown([from, to], ([first = 0, last = 0]) =>
        rememberPlace(viewOfRange(loader.view, first, last + 1, loader.bars)),
      ),
    async flyBack() {
      if (!place) return false;
      const { timeframe, range } = place;
      const isSame = timeframe === loader.timeframe;
      const target = isSame ? { from: range.fromBar, to: range.toBar } : null;
      place = placeNow();
      if (target) animateTo(target);
      else await this.showTimes(range.from, range.to);
      return true;
    },
    setView: (from, to) => show({ from, to }),
    async showTimes(from, to) {
      stopAnimation();
      const asked = movement;
      const [first, last] = await Promise.all([
        loader.reader.barOf(from),
        to === null ? null : loader.reader.barOf(to),
      ]);
      if (asked !== movement) return;
      show(last === null ? newestSince(first, loader.bars) : { from: first, to: last });
    },
    ensureVisible: (time) =>
      animateOnceKnown([time], ([bar = 0]) => loader.view && viewShowing(loader.view, bar)),
    follow: (time) =>
      animateOnceKnown([time], ([bar = 0]) => loader.view && viewFollowing(loader.view, bar)),
    scrollBy(bars) {
      const { view } = loader;
      if (view) show({ from: view.from + bars, to: view.to + bars });
    },
    zoomBy(factor) {
      const { view } = loader;
      if (view) animateTo(zoomView(view, factor, (view.from + view.to) / 2, loader.bars));
    },
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

    shiftTime(time, bars) {
      const { timeScale } = loader;
      return timeScale ? timeScale.timeAt(timeScale.logicalOf(time) + bars) : time;
    },
    barsApart(from, to) {
      const { timeScale } = loader;
      return timeScale ? Math.round(timeScale.logicalOf(to) - timeScale.logicalOf(from)) : 0;
    },
    volumeBetween(from, to) {
      const { timeScale } = loader;
      if (!timeScale) return null;
      return loader.volumeBetween(timeScale.logicalOf(from), timeScale.logicalOf(to));
    },
    candleRange: (time) =>
      loader.reader.showsCandles ? { first: time, last: time } : loader.reader.candleRange(time),
    shiftTimes: (times, bars) => loader.reader.shiftTimes(times, bars),
    async barNear(time, step) {
      if (loader.bars === 0) return null;
      const bar = Math.min(Math.max((await loader.reader.barOf(time)) + step, 0), loader.bars - 1);
      const tile = await loader.reader.load(bar);
      if (!tile) return null;
      const at = bar % TILE_BARS;
      const found = { bar, time: tile.time[at]!, close: tile.close[at]! };
      loader.reader.remember(found.time, bar);
      return found;
    },
    async swingNear(time, step) {
      const from = await loader.reader.barOf(time);
      const bars = loader.reader.swingSource();
      const { view } = loader;
      const bar = bars && view && (await findSwing(bars, from, step, view.to - view.from));
      return bar === null ? null : this.barNear(await loader.reader.timeOf(bar), 0);
    },
    barAt(time) {
      const bar = loader.timeScale?.barAt(time) ?? null;
      return bar === null ? null : loader.barHolding(bar);
    },
    async barsBetween(from, to) {
      const [first, last] = await Promise.all([loader.reader.barOf(from), loader.reader.barOf(to)]);
      return last - first + 1;
    },
    async barsAround(from, to, count) {
      const [first, last] = await Promise.all([
        loader.reader.locate(from),
        loader.reader.locate(to),
      ]);
      return loader.reader.barsAround(first, last, count);
    },
    async changeBetween(from, to) {
      const [first, last] = await Promise.all([loader.reader.barOf(from), loader.reader.barOf(to)]);
      const [start, end] = await Promise.all([loader.reader.load(first), loader.reader.load(last)]);
      const open = start?.open[first % TILE_BARS];
      const close = end?.close[last % TILE_BARS];
      return open && close !== undefined ? (close / open - 1) * 100 : null;
    },

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
      stopAnimation();
      cancelAnimationFrame(announcement);
      gestures.destroy();
      loader.close();
      chart.destroy();
    },
  };
}

type Place = { timeframe: number; range: ViewRange };

/** Whether little of the one is left in the other. */
function isElsewhere(from: View, to: View): boolean {
  const span = from.to - from.from;
  return Math.abs(to.from - from.from) + Math.abs(to.to - from.to) > span / 2;
}

function isNear(from: View, to: View): boolean {
  const [before, after] = [from.to - from.from, to.to - to.from];
  const isSimilar = Math.max(before, after) < Math.min(before, after) * 8;
  return isSimilar && Math.abs(to.from - from.from) < Math.max(before, after) * 2;
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
