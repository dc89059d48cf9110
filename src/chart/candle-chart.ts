import {
  type AutoscaleInfo,
  CandlestickSeries,
  createChartEx,
  HistogramSeries,
  type IChartApiBase,
  type ISeriesApi,
  LineSeries,
  type LineSeriesPartialOptions,
  type Logical,
  type MouseEventParams,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import type { Clock } from '@/contract/clock';
import type { Price, Px, UtcSeconds } from '@/contract/units';
import type { CandleWindow } from './candle-window';
import {
  BEHAVIOUR,
  candleOptions,
  FONT_FAMILY,
  MIN_AXIS_PX,
  PRICE_MARGINS,
  priceFormat,
  scaleMode,
  themeOptions,
  timeOptions,
  VOLUME_OPTIONS,
  volumeColors,
} from './chart-options';
import { type Frame, roomAbove } from './overlay-layout';
import type { ChartTheme } from './theme';
import type { ChartPane } from './types';
import { strideOf, toLogicalRange, type View } from './view';
import { ZonedTimeScale } from './zoned-time-scale';

const VOLUME_SHARE = 0.14;
const INDICATOR_SHARE = 0.18;
/** The library's own handle for resizing panes reaches this far from the line. */
const SEPARATOR_REACH_PX = 4;

/** lightweight-charts, holding one window of bars at a time. */
export class CandleChart {
  readonly chart: IChartApiBase<Time>;
  private readonly times = new ZonedTimeScale();
  readonly candles: ISeriesApi<'Candlestick'>;
  private volume: ISeriesApi<'Histogram'> | null = null;
  private window: CandleWindow | null = null;
  /** Kept, as to ask for it while the page changes would lay the page out at each frame. */
  private heightPx = 0;
  private roomPx = roomAbove(1);
  /** Prices at the ends of the axis where a person scaled them; null while they follow what is in view. */
  private prices: { from: Price; to: Price } | null = null;
  /** For what has the candles' bars as well, and is emptied and filled with them. */
  beforeWindow: () => void = () => {};
  afterWindow: (window: CandleWindow) => void = () => {};
  private laidOut: () => void = () => {};
  private readonly resized = new ResizeObserver(() => {
    this.measure();
    this.laidOut();
  });

  constructor(
    readonly container: HTMLElement,
    private theme: ChartTheme,
    pricePrecision: number,
  ) {
    this.measure();
    this.resized.observe(container);
    this.chart = createChartEx<Time, ZonedTimeScale>(container, this.times, BEHAVIOUR);
    // A table of canvases, which says nothing: what is on them is read out elsewhere.
    this.chart.chartElement().setAttribute('aria-hidden', 'true');
    this.chart.applyOptions(themeOptions(theme));
    this.candles = this.chart.addSeries(CandlestickSeries, {
      ...candleOptions(theme),
      priceFormat: priceFormat(pricePrecision),
      autoscaleInfoProvider: (original: () => AutoscaleInfo | null) => this.scale(original),
    });
    this.chart.timeScale().subscribeSizeChange(() => this.keepAxisWidth());
  }

  /** An axis that long prices have made wide stays so: another width moves every candle and takes all canvases anew. */
  private keepAxisWidth() {
    const axis = this.candles.priceScale();
    const minimumWidth = axis.width();
    if (minimumWidth > axis.options().minimumWidth) {
      this.chart.applyOptions({ rightPriceScale: { minimumWidth } });
    }
  }

  /** Has a range of our own on a log scale too, where the library takes none that is set. */
  private scale(original: () => AutoscaleInfo | null): AutoscaleInfo | null {
    const { prices } = this;
    const priceRange = prices && { minValue: prices.from, maxValue: prices.to };
    const info = priceRange ? { priceRange } : original();
    return info && { ...info, margins: { above: this.roomPx, below: 0 } };
  }

  setTheme(theme: ChartTheme) {
    this.theme = theme;
    this.chart.applyOptions(themeOptions(theme));
    this.candles.applyOptions(candleOptions(theme));
    if (this.window) this.volume?.setData(volumeData(this.window, theme));
  }

  setPricePrecision(digits: number) {
    this.candles.applyOptions({ priceFormat: priceFormat(digits) });
  }

  setLogScale(on: boolean) {
    this.candles.priceScale().applyOptions(scaleMode(on));
  }

  get lanesPx(): Px {
    return this.roomPx;
  }

  /** Keeps room for so many lanes of pills above the prices; always for one, so that the first moves no candle. */
  setLanes(count: number) {
    const room = roomAbove(Math.max(1, count));
    if (room === this.roomPx) return;
    this.roomPx = room;
    // Has the library ask for the margins again.
    this.candles.priceScale().applyOptions({});
  }

  setTimeframe(seconds: number) {
    this.times.timeframe = seconds;
    this.chart.applyOptions(timeOptions(this.times));
  }

  /** As the clocks that are set show it, in seconds that are read as UTC. */
  shownTime(time: UtcSeconds): UtcSeconds {
    return this.times.shown(time);
  }

  /** Days, months and hours begin on the axis as they do on this clock. */
  setClock(clock: Clock) {
    this.times.clock = clock;
    if (!this.window) return;
    this.chart.applyOptions(timeOptions(this.times));
    const scale = this.chart.timeScale();
    const range = scale.getVisibleLogicalRange();
    // The library weighs the marks of its axis when bars are new to it.
    this.volume?.setData([]);
    this.candles.setData([]);
    this.setWindow(this.window);
    if (range) scale.setVisibleLogicalRange(range);
  }

  setHasVolume(has: boolean) {
    if (has && !this.volume) {
      this.volume = this.chart.addSeries(HistogramSeries, VOLUME_OPTIONS, this.newPane());
      const scaleMargins = { top: 0.12, bottom: 0 };
      this.volume.priceScale().applyOptions({ scaleMargins, ...scaleMode(false) });
      this.candles.getPane().setStretchFactor(1 - VOLUME_SHARE);
      this.volume.getPane().setStretchFactor(VOLUME_SHARE);
    } else if (!has && this.volume) {
      this.chart.removeSeries(this.volume);
      this.volume = null;
    }
  }

  /** In one task, so that nothing in between is ever drawn. */
  setWindow(window: CandleWindow) {
    this.window = window;
    // Emptied first: the library would otherwise merge the times of both windows.
    this.beforeWindow();
    this.volume?.setData([]);
    this.candles.setData(candleData(window));
    this.volume?.setData(volumeData(window, this.theme));
    this.afterWindow(window);
  }

  /** The index of a pane that the next line makes. */
  newPane(): number {
    return this.chart.panes().length;
  }

  addLine(pane: number, options: LineSeriesPartialOptions): ISeriesApi<'Line'> {
    const line = this.chart.addSeries(LineSeries, options, pane);
    if (pane > 0) {
      line.getPane().setStretchFactor(INDICATOR_SHARE);
      // The library begins a pane with the scale that the prices have.
      line.priceScale().applyOptions(scaleMode(false));
    }
    return line;
  }

  /** With the pane that it leaves empty. */
  removeLine(line: ISeriesApi<'Line'>) {
    this.chart.removeSeries(line);
  }

  setView(view: View) {
    if (!this.window) return;
    const range = toLogicalRange(view, this.window);
    this.chart.timeScale().setVisibleLogicalRange(range);
    if (this.isScaledByHand && !this.hasPricesInSight(this.window, range)) this.resetPrices();
  }

  /** Prices scaled by hand may be others after a jump; the pane must not stay empty then. */
  private hasPricesInSight({ columns, count }: CandleWindow, { from, to }: View): boolean {
    const highest = this.priceAt(0);
    const lowest = this.priceAt(this.priceHeightPx);
    const first = Math.max(0, Math.floor(from));
    const last = Math.min(count - 1, Math.ceil(to));
    for (let index = first; index <= last; index++) {
      const isUnder = columns.high[index]! < lowest;
      if (!isUnder && columns.low[index]! <= highest) return true;
    }
    return first > last;
  }

  get widthPx() {
    return this.chart.timeScale().width();
  }

  /** Null while there is nothing to place things by. */
  frame(): Frame | null {
    const scale = this.chart.timeScale();
    if (!this.window || this.window.count === 0) return null;
    const { level, first, count } = this.window;
    const stride = strideOf(level);
    const firstPx = scale.logicalToCoordinate(0 as Logical);
    const range = scale.getVisibleLogicalRange();
    if (firstPx === null || !range) return null;
    // Fractions come back as 0, so the spacing is measured between whole bars.
    const lastPx = scale.logicalToCoordinate((count - 1) as Logical);
    const spacing =
      count > 1 && lastPx !== null
        ? (lastPx - firstPx) / (count - 1)
        : scale.width() / (range.to - range.from + 1);
    return {
      originPx: firstPx - (first + 0.5) * spacing,
      pxPerBar: spacing / stride,
      widthPx: scale.width(),
      heightPx: this.priceHeightPx,
    };
  }

  /** Where the time axis begins. */
  get plotHeightPx() {
    return this.heightPx - this.chart.timeScale().height();
  }

  get priceHeightPx() {
    return this.chart.panes()[0]?.getHeight() ?? 0;
  }

  /** Where a point of the container lies; null on a separator. */
  areaAt(xPx: Px, yPx: Px): ChartPane | 'time-axis' | 'price-axis' | null {
    const priceBottom = this.priceHeightPx;
    if (yPx >= this.plotHeightPx) return 'time-axis';
    if (xPx >= this.widthPx) return 'price-axis';
    if (this.isOnSeparator(yPx)) return null;
    return yPx < priceBottom ? 'price' : 'volume';
  }

  private isOnSeparator(yPx: Px): boolean {
    const panes = this.chart.panes();
    let bottom = 0;
    return panes.slice(0, -1).some((pane) => {
      bottom += pane.getHeight() + 1;
      return Math.abs(yPx - bottom) <= SEPARATOR_REACH_PX;
    });
  }

  priceAt(yPx: Px): Price {
    return this.candles.coordinateToPrice(yPx) ?? Number.NaN;
  }

  yOf(price: Price): Px | null {
    return this.candles.priceToCoordinate(price);
  }

  /** Moves prices by pixels from where they are now, if a person scaled them by hand. */
  priceMover(): ((byPx: Px) => void) | null {
    if (!this.isScaledByHand) return null;
    let moved = 0;
    return (byPx) => {
      const { top, bottom } = this.priceEnds();
      this.showPrices(top - (byPx - moved), bottom - (byPx - moved));
      moved = byPx;
    };
  }

  /** Over 1 shows more prices, under 1 fewer; the one at `yPx` stays where it is. */
  zoomPrices(factor: number, yPx: Px) {
    const { top, bottom } = this.priceEnds();
    this.showPrices(yPx - (yPx - top) * factor, yPx + (bottom - yPx) * factor);
  }

  /** Prices follow what is in view again. */
  resetPrices() {
    this.prices = null;
    this.candles.priceScale().setAutoScale(true);
  }

  /** Where the highest and the lowest price in view lie. */
  private priceEnds() {
    const height = this.priceHeightPx;
    return { top: this.roomPx, bottom: height * (1 - PRICE_MARGINS.bottom) };
  }

  /** Puts the prices that are at these heights now at the ends. */
  private showPrices(topPx: Px, bottomPx: Px) {
    const prices = { from: this.priceAt(bottomPx), to: this.priceAt(topPx) };
    if (!(prices.to > prices.from)) return;
    this.prices = prices;
    this.candles.priceScale().setAutoScale(true);
  }

  /** Measures the axes' text again: the font has arrived. */
  remeasure() {
    // The library keeps its measurements for as long as the family's name is the same.
    const rightPriceScale = { minimumWidth: MIN_AXIS_PX };
    this.chart.applyOptions({ layout: { fontFamily: `${FONT_FAMILY}, serif` }, rightPriceScale });
    this.chart.applyOptions({ layout: { fontFamily: FONT_FAMILY } });
  }

  /** By the wheel or a drag that moves prices, or by a drag on the axis, which is the library's. */
  private get isScaledByHand() {
    return this.prices !== null || !this.candles.priceScale().options().autoScale;
  }

  onLayout(listener: () => void) {
    // Of the time scale only, which says nothing of panes that become lower or higher.
    this.chart.timeScale().subscribeSizeChange(listener);
    this.laidOut = listener;
  }

  onCrosshair(listener: (index: number | null) => void) {
    this.chart.subscribeCrosshairMove((event: MouseEventParams<Time>) => {
      listener(event.point && event.logical !== undefined ? event.logical : null);
    });
  }

  private measure() {
    this.heightPx = this.container.clientHeight;
  }

  destroy() {
    this.resized.disconnect();
    this.chart.remove();
  }
}

/** The library takes any Unix seconds, and has a type of its own for them. */
const asChartTime = (time: UtcSeconds) => time as UTCTimestamp;

function candleData({ columns: { time, open, high, low, close }, count }: CandleWindow) {
  return Array.from({ length: count }, (_, index) => ({
    time: asChartTime(time[index]!),
    open: open[index]!,
    high: high[index]!,
    low: low[index]!,
    close: close[index]!,
  }));
}

function volumeData(
  { columns: { time, open, close, volume }, count }: CandleWindow,
  theme: ChartTheme,
) {
  const { up, down } = volumeColors(theme);
  return Array.from({ length: count }, (_, index) => {
    const value = volume[index]!;
    const bar = { time: asChartTime(time[index]!) };
    if (Number.isNaN(value)) return bar;
    const rose = close[index]! >= open[index]!;
    return { ...bar, value, color: rose ? up : down };
  });
}
