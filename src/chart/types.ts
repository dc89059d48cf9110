import type { EncodedTile, Pyramid } from '@/contract/candles';
import type { Clock } from '@/contract/clock';
import type { BarIndex, Price, Px, UtcSeconds } from '@/contract/units';
import type { Target } from '@/editor/kinds/kinds';
import type { VersionedMap } from '@/editor/versioned-map';
import type { CandleRange } from './candle-range';
import type { ChartBar } from './chart-bar';
import type { FoldedPill } from './folded-pills';
import type { IndicatorId } from './indicators/catalogue';
import type { Overlay } from './overlay';
import type { ChartTheme } from './theme';

/** Where candles come from; the caller wires it to the server. A rejection is shown and tried again. */
export type CandleSource = {
  /** At `opening` one that the page asked for while it loaded is as good as another. */
  pyramid(when?: 'opening'): Promise<Pyramid>;
  tiles(query: {
    dataRev: number;
    timeframe: number;
    level: number;
    seqs: number[];
  }): Promise<EncodedTile[]>;
  /** The level 0 bar at or before `time`. */
  locate(query: { timeframe: number; time: UtcSeconds }): Promise<number>;
};

export type ChartPane = 'price' | 'volume';

export type ChartPointer = {
  /** `cancel` ends a gesture that the browser took away; treat it as Escape. */
  type: 'down' | 'move' | 'up' | 'leave' | 'double' | 'cancel';
  /** CSS pixels from the chart's top left; outside its size during a drag. */
  xPx: Px;
  yPx: Px;
  pane: ChartPane;
  /** The nearest bar whose time is known: at a coarse zoom the first bar of those drawn as one. */
  time: UtcSeconds;
  /** Index of that bar at level 0. */
  bar: BarIndex;
  /** Held within the price pane. */
  price: Price;
  /** The bar's open, high, low or close where one is near the pointer, else `price`. */
  snappedPrice(): Price;
  /** Null while a gesture is under way. */
  hit: Target | null;
  /** The "+n" under the pointer, with what it stands for. */
  folded: FoldedPill | null;
  shift: boolean;
  alt: boolean;
  /** Control, or command on a Mac. */
  ctrl: boolean;
  /** As in PointerEvent: 0 is the main one, -1 none. */
  button: number;
  /** A gesture that the handler took is under way. */
  pressed: boolean;
};

export type ViewRange = {
  /** Times at the edges, within the candles that are there. */
  from: UtcSeconds;
  to: UtcSeconds;
  /** Bars of level 0: bar i lies between i and i + 1; past the ends where there is empty space. */
  fromBar: BarIndex;
  toBar: BarIndex;
  /** Bars of level 0 in all. */
  bars: number;
};

export type BarPosition = { time: UtcSeconds; bar: BarIndex };
export type BarPlace = BarPosition & { close: Price };

/** From the first candle to the last; where a bar is of many base candles, to the last of those. */
export type BarRange = { startTime: UtcSeconds; endTime: UtcSeconds; bars: number };

/** Bars in order; those from `first` to `last`, both counted, are the range that was asked about. */
export type BarsAround = {
  time: Float64Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  first: number;
  last: number;
};

export type ChartState = {
  /** Candles for what is in view are on their way; a coarser level may stand in. */
  loading: boolean;
  /** One sentence, or null; the chart keeps trying on its own. */
  error: string | null;
  /** The chart has no candles at all. */
  empty: boolean;
  /** That of the candles that are shown; null before any are known. */
  dataRev: number | null;
  /** Seconds per bar shown; null before any are. */
  timeframe: number | null;
};

export type ChartViewOptions = {
  source: CandleSource;
  theme: ChartTheme;
  pricePrecision: number;
};

type Unsubscribe = () => void;

export type Plot = {
  widthPx: Px;
  heightPx: Px;
  pxPerBar: number;
  originPx: Px;
  /** What the legend and the lanes of pills take at the top. */
  lanesPx: Px;
};

export type ChartView = {
  setTheme(theme: ChartTheme): void;
  setLogScale(on: boolean): void;
  /** Keeps the time range in view. */
  /** Null for the candles as they were imported, as where it has no bars of so many seconds. */
  setTimeframe(seconds: number | null): void;
  setPricePrecision(digits: number): void;
  /** Whose times the axis shows; UTC at first. */
  setClock(clock: Clock): void;

  /** The whole history. */
  fit(): void;
  /** Centres the bar at `time`, at the zoom there is. */
  goTo(time: UtcSeconds): Promise<void>;
  /** Moves so that the range is in view, at the zoom there is where it fits in and can be seen. */
  showRange(from: UtcSeconds, to: UtcSeconds): Promise<void>;
  /** To where the last flight to another place began, and from there back again; false where there was none. */
  flyBack(): Promise<boolean>;
  /** Puts exactly these level 0 bars in view. */
  setView(fromBar: BarIndex, toBar: BarIndex): void;
  /** Puts the bars of these times at the sides; null is the newest bar, with some room beside it. */
  showTimes(from: UtcSeconds, to: UtcSeconds | null): Promise<void>;
  /** Scrolls no further than needed. */
  ensureVisible(time: UtcSeconds): Promise<void>;
  /** The same, with what comes next in sight: a cursor that moves on stays within the middle of the view. */
  follow(time: UtcSeconds): Promise<void>;
  /** Positive towards the newest bar. */
  scrollBy(bars: number): void;
  /** Over 1 shows more bars, under 1 fewer, about the middle. */
  zoomBy(factor: number): void;
  /** Null until the first candles are there. */
  visibleRange(): ViewRange | null;
  /** Whether a bar is in view, or will be where the view is on its way or waits for candles. */
  isInSight(time: UtcSeconds): Promise<boolean>;
  onViewChange(listener: (range: ViewRange) => void): Unsubscribe;

  setOverlay(overlay: Overlay): void;
  /** Drawn at the top of the time axis; null until they are known. */
  setExamined(ranges: readonly { startTime: UtcSeconds; endTime: UtcSeconds }[] | null): void;
  /** The handler returns true at `down` to take the gesture: the chart then does not pan until `up`. */
  onPointer(handler: (event: ChartPointer) => boolean): Unsubscribe;
  /** Null when the pointer is off the candles; show lastBar() then. */
  onCrosshair(listener: (bar: ChartBar | null) => void): Unsubscribe;
  /** The last bar in view. */
  lastBar(): ChartBar | null;
  /** Those "+n" that are in view, from the left. */
  foldedPills(): readonly FoldedPill[];
  /** A CSS cursor, '' for the chart's own. */
  setCursor(css: string): void;

  /** The time as many bars later as it can be told at once: exact among the bars loaded. */
  shiftTime(time: UtcSeconds, bars: number): UtcSeconds;
  /** The candle before or after the one at a time, itself at the ends; undefined until it is read, which `onKnown` tells. */
  candleBeside(time: UtcSeconds, step: 1 | -1, onKnown?: () => void): UtcSeconds | undefined;
  /** Bars from the one to the other, as exact. */
  barsApart(from: UtcSeconds, to: UtcSeconds): number;
  /** Traded from the bar of one time to that of another, both counted; null where it is not known or not loaded. */
  volumeBetween(from: UtcSeconds, to: UtcSeconds): number | null;
  /** The candles of the shown bar at `time`; at once where bars are the chart's own candles. */
  candleRange(time: UtcSeconds): CandleRange | Promise<CandleRange>;
  /** The times, all moved by as many bars; fewer than asked for at the ends of the history. */
  shiftTimes(times: UtcSeconds[], bars: number): Promise<UtcSeconds[]>;
  /** The bar `step` bars after (before, if negative) the one at `time`; held at the ends. */
  barNear(time: UtcSeconds, step: number): Promise<BarPlace | null>;
  /** The next turn of prices after a bar (1), or the one before (-1), of a size that shows in the view; null where there is none. */
  swingNear(time: UtcSeconds, step: 1 | -1): Promise<BarPlace | null>;
  /** The bar drawn where the time is, if that is on the chart. */
  barAt(time: UtcSeconds): ChartBar | null;
  /** Bars shown from the one to the other, both counted. */
  barsBetween(from: UtcSeconds, to: UtcSeconds): Promise<number>;
  /** The shown bars around a range, about `count` of them with it in the middle; null while there are none. */
  barsAround(from: UtcSeconds, to: UtcSeconds, count: number): Promise<BarsAround | null>;
  /** Percent from the open of the first bar to the close of the last. */
  changeBetween(from: UtcSeconds, to: UtcSeconds): Promise<number | null>;

  /** CSS pixels from the left that these bars take, in view or not; null until candles are drawn. */
  extentOf(startTime: UtcSeconds, endTime: UtcSeconds): { leftPx: Px; rightPx: Px } | null;
  /** The bars that lie, if only in part, between two of these pixels; with all that belongs to them. */
  barsAt(fromPx: Px, toPx: Px): BarRange | null;
  /** The panes without their axes, and where the history's first bar begins; null until candles are drawn. */
  plot(): Plot | null;

  /** Computed from the bars shown and those before them, while each bar is drawn for itself. */
  setIndicators(ids: readonly IndicatorId[]): void;
  /** A value a line, NaN where there is none; null where bars are drawn as one, or not read yet. */
  indicatorsAt(bar: BarIndex): ReadonlyMap<IndicatorId, readonly number[]> | null;
  onIndicators(listener: () => void): Unsubscribe;
  /** Of the pane of prices. */
  priceHeight(): Px;
  /** Marked on the time axis, each before the candle of its time. */
  setGaps(times: readonly UtcSeconds[]): void;
  /** What is on the screen without the pointer's lines, in device pixels. */
  screenshot(): HTMLCanvasElement;
  onState(listener: (state: ChartState) => void): Unsubscribe;
  /**
   * Tries again at once what failed, and looks whether the chart's candles have changed. Then the
   * times in view stay, or the newest bar at the edge where it was there.
   */
  reload(): void;
  destroy(): void;
};

export type MinimapTick = { startTime: UtcSeconds; endTime: UtcSeconds; label: string };
/** Of a label; another function where colours are others. */
export type ColorOf = (label: string) => string;
export type MinimapOptions = {
  source: CandleSource;
  theme: ChartTheme;
  /** A person moved or resized the window: level 0 bars, as in ViewRange. */
  onWindow(fromBar: BarIndex, toBar: BarIndex): void;
};
export type Minimap = {
  setView(fromBar: BarIndex, toBar: BarIndex): void;
  setTicks(ticks: VersionedMap<MinimapTick>, colorOf: ColorOf): void;
  /** Bars that have been examined, in order. */
  setExamined(bars: readonly { startTime: UtcSeconds; endTime: UtcSeconds }[]): void;
  setTheme(theme: ChartTheme): void;
  /** Null for the candles as they were imported, as where it has no bars of so many seconds. */
  setTimeframe(seconds: number | null): void;
  reload(): void;
  destroy(): void;
};
