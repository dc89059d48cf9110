import { type Pyramid, TILE_BARS, type TimeframePyramid } from '@/contract/candles';
import type { TileColumns } from '@/contract/tile-codec';
import type { BarIndex, Column, Price } from '@/contract/units';
import { BarReader, type ShownBars } from './bar-reader';
import type { DrawnBars } from './breaks-primitive';
import type { CandleChart } from './candle-chart';
import { barAt, type CandleWindow, collectWindow, volumeBetween } from './candle-window';
import type { ChartBar } from './chart-bar';
import type { NewestCandle } from './last-price';
import { RetryQueue } from './retry-queue';
import { TileStore } from './tile-store';
import { type TimeSamples, TimeScale } from './time-scale';
import type { CandleSource, ChartState } from './types';
import {
  chooseLevel,
  clampView,
  covers,
  fitView,
  MIN_BARS_KEPT,
  newestFrom,
  newestView,
  showsAll,
  strideOf,
  tilesInView,
  type View,
  withoutBlank,
} from './view';

/** A coarse level stands in for a finer one while it still shows enough bars. */
const MIN_STAND_IN_BARS = 4;
/** Until the page has laid the chart out. */
const UNKNOWN_WIDTH_PX = 1_000;
/** Coarser levels fetched along with the one in view, to stand in after a jump. */
const STAND_IN_LEVELS = 2;

type Listeners = {
  /** The view moved, or other bars are drawn. */
  change: () => void;
  state: (state: ChartState) => void;
};

/**
 * Decides which bars are on the chart: keeps the view, finds the level and the tiles for it,
 * draws the best there is at once and the right ones when they arrive.
 */
export class ViewLoader implements ShownBars {
  view: View | null = null;
  /** Of the bars that are drawn; they may still be those before a jump. */
  timeScale: TimeScale | null = null;
  private window: CandleWindow | null = null;
  private pyramid: TimeframePyramid[] = [];
  active: TimeframePyramid | null = null;
  private overview: TimeSamples | null = null;
  /** Of the whole history, as the overview has it. */
  closes: Column<Price> | null = null;
  newest: NewestCandle | null = null;
  store: TileStore | null = null;
  /** Counts the changes of timeframe and candles; what was asked for before one is dropped. */
  private generation = 0;
  /** The level and the tiles that the view needed last. */
  private asked: number[] | null = null;
  /** Null for the candles as they were imported. */
  private wantedTimeframe: number | null = null;
  private movement = 0;
  private readonly retries = new RetryQueue(() => this.tell());
  private isLoading = true;
  /** Until the timeframe that is wanted is shown, with a view of its own bars. */
  private activation: Promise<void> | null = null;
  private isReloading = false;
  private isAskedAgain = false;
  /** Of the candles that are shown. */
  private dataRev: number | null = null;
  private readonly hasCandles = Promise.withResolvers<void>();
  readonly candles = this.hasCandles.promise;
  readonly reader = new BarReader(this, (query) =>
    this.retryUntilSuccess(() => this.source.locate(query)),
  );
  /** The width that the view was made for. */
  private widthPx = UNKNOWN_WIDTH_PX;
  private closed = false;

  constructor(
    private readonly chart: CandleChart,
    private readonly source: CandleSource,
    private readonly on: Listeners,
  ) {
    void this.reload();
  }

  get bars() {
    return this.active?.bars ?? 0;
  }

  get timeframe() {
    return this.active?.timeframe ?? 0;
  }

  get base() {
    return this.pyramid[0];
  }

  /** Shows the view, or the nearest to it that is allowed. */
  setView(view: View) {
    if (!this.active) return;
    const next = clampView(view, this.active.bars);
    if (this.view) this.movement = next.from + next.to - this.view.from - this.view.to;
    this.view = next;
    this.refresh();
  }

  /** The whole history. */
  fit() {
    this.setView(fitView(this.bars));
  }

  /**
   * The pane is wider or narrower: candles keep their width, unless all are shown, and
   * the right edge its place.
   */
  followLayout() {
    const { view, widthPx } = this;
    const width = this.chart.widthPx;
    if (!view || width === 0 || width === widthPx) return;
    const change = showsAll(view, this.bars) ? 1 : width / widthPx;
    this.setView({ from: view.to - (view.to - view.from) * change, to: view.to });
  }

  /** Keeps the times in view, and the newest bar at the edge where it was there. */
  async setTimeframe(timeframe: number | null) {
    // It is shown already, or on its way.
    if (this.wantedTimeframe === timeframe) return;
    this.wantedTimeframe = timeframe;
    const { active, view, timeScale } = this;
    const seconds = timeframe ?? this.base?.timeframe;
    // The answer that is on its way finds what is wanted by then.
    if (!this.store) return;
    if (!active || !view || !timeScale || !seconds) return this.activate(() => null);
    if (active.timeframe === seconds) {
      // Another one may be on its way and is not wanted any more.
      this.generation++;
      this.activation = null;
      this.asked = null;
      return this.refresh();
    }
    await this.activate(async ({ bars }) => {
      const from = await this.reader.locate(timeScale.timeAt(view.from), seconds);
      if (view.to >= active.bars) return newestFrom(from, bars, view, active.bars);
      const to = (await this.reader.locate(timeScale.timeAt(view.to), seconds)) + 1;
      return withoutBlank({ from: Math.min(from, to - MIN_BARS_KEPT), to }, bars);
    });
  }

  /** Asks for the pyramid; where the candles are others by now, everything starts afresh. */
  async reload() {
    this.isAskedAgain = true;
    if (this.isReloading) return;
    this.isReloading = true;
    let answer: Pyramid;
    do {
      this.isAskedAgain = false;
      const when = this.store ? undefined : 'opening';
      answer = await this.retryUntilSuccess(() => this.source.pyramid(when));
      // Candles may have changed after the question and before the answer.
    } while (this.isAskedAgain);
    this.isReloading = false;
    if (this.store?.dataRev === answer.dataRev) return;
    this.store?.close();
    this.reader.forget();
    this.retries.retryNow();
    // A tile that fails may be one of candles that are others by now.
    this.store = new TileStore(this.source, answer, this.retries, () => void this.reload());
    this.pyramid = answer.timeframes;
    const { view, active, timeScale } = this;
    await this.activate(
      (next) => view && active && timeScale && this.keepPosition(next, view, active, timeScale),
    );
  }

  private async keepPosition(
    next: TimeframePyramid,
    view: View,
    active: TimeframePyramid,
    by: TimeScale,
  ) {
    const added = next.bars - active.bars;
    if (view.to >= active.bars) return { from: view.from + added, to: view.to + added };
    const first = Math.max(0, Math.floor(view.from));
    const moved = (await this.reader.locate(by.timeAt(first), next.timeframe)) - first;
    return { from: view.from + moved, to: view.to + moved };
  }

  /** A person wants it now. */
  retry() {
    this.retries.retryNow();
    void this.reload();
  }

  barAtIndex(index: number): ChartBar | null {
    return this.window && barAt(this.window, index, this.bars);
  }

  /** The drawn bar that holds the bar of level 0. */
  barHolding(bar: BarIndex): ChartBar | null {
    const { window } = this;
    return window && this.barAtIndex(Math.floor(bar / strideOf(window.level)) - window.first);
  }

  drawn(): DrawnBars | null {
    const { window } = this;
    return window && { level: window.level, first: window.first, times: window.columns.time };
  }

  /** See `volumeBetween`. */
  volumeBetween(from: BarIndex, to: BarIndex): number | null {
    return this.window && volumeBetween(this.window, from, to);
  }

  close() {
    this.closed = true;
    this.store?.close();
    this.retries.retryNow();
  }

  /** Whether bars and views are about to be those of another timeframe, or of other candles. */
  get isChanging() {
    return this.activation !== null;
  }

  async whenChanged() {
    while (this.activation) await this.activation;
  }

  private activate(viewOf: (next: TimeframePyramid) => Promise<View | null> | null) {
    const activation = this.showTimeframe(viewOf).finally(() => {
      if (this.activation !== activation) return;
      this.activation = null;
      this.tell();
    });
    this.activation = activation;
    return activation;
  }

  private async showTimeframe(viewOf: (next: TimeframePyramid) => Promise<View | null> | null) {
    const { store, pyramid } = this;
    const generation = ++this.generation;
    const active = pyramid.find((one) => one.timeframe === this.wantedTimeframe) ?? pyramid[0];
    this.isLoading = active !== undefined;
    if (!active || !store) {
      this.active = null;
      this.view = null;
      this.dataRev = store?.dataRev ?? null;
      this.tell();
      return;
    }
    this.tell();
    const { timeframe, topLevel, bars } = active;
    const newest = () => newestView(bars, this.chart.widthPx || UNKNOWN_WIDTH_PX);
    // Most often wanted next, so asked for in one go with the top.
    for (const seq of seqs(tilesInView(newest(), 0, bars))) {
      void store.load({ timeframe, level: 0, seq });
    }
    const newestTile = Math.floor((bars - 1) / TILE_BARS);
    const [top, last, view] = await Promise.all([
      store.load({ timeframe, level: topLevel, seq: 0 }),
      store.load({ timeframe, level: 0, seq: newestTile }),
      viewOf(active),
    ]);
    if (this.closed || this.generation !== generation) return;
    this.active = active;
    this.dataRev = store.dataRev;
    this.hasCandles.resolve();
    this.overview = { level: topLevel, first: 0, times: top.time };
    this.closes = top.close;
    this.newest = { open: last.open.at(-1)!, close: last.close.at(-1)! };
    this.window = null;
    this.asked = null;
    this.chart.setTimeframe(timeframe);
    this.chart.setHasVolume(top.volume.some((volume) => volume > 0));
    this.view = clampView(view ?? newest(), bars);
    this.refresh();
  }

  private refresh() {
    const { active, view } = this;
    if (!active || !view) return;
    this.widthPx = this.chart.widthPx || UNKNOWN_WIDTH_PX;
    const wanted = chooseLevel(view, this.widthPx * devicePixelRatio, active.topLevel);
    this.isLoading = !this.showBest(wanted, active, view);
    this.fetchAround(wanted, active, view);
    this.tell();
    this.on.change();
  }

  /** Draws what fits the view best; true when that is the wanted level. */
  private showBest(wanted: number, active: TimeframePyramid, view: View): boolean {
    const { window } = this;
    const isShown =
      window && covers(window, view, active.bars) && showsEnoughBars(window.level, view);
    const drawn = isShown ? window.level : null;
    if (
      drawn !== wanted &&
      !this.swap(wanted, active, view) &&
      (drawn === null || drawn > wanted)
    ) {
      const below = drawn ?? active.topLevel + 1;
      if (!this.standIn(wanted, below, active, view) && drawn === null) return false;
    }
    this.chart.setView(view);
    return this.window?.level === wanted;
  }

  /** The finest level between the two that is here and still shows enough bars. */
  private standIn(wanted: number, below: number, active: TimeframePyramid, view: View): boolean {
    for (let level = wanted + 1; level < below; level++) {
      if (!showsEnoughBars(level, view)) return false;
      if (this.swap(level, active, view)) return true;
    }
    return false;
  }

  /** Puts the level's bars on the chart, if those in view are all here. */
  private swap(level: number, active: TimeframePyramid, view: View): boolean {
    const window = collectWindow((seq) => this.tile(level, seq), view, level, active.bars);
    if (!window || !this.overview) return false;
    this.window = window;
    this.timeScale = new TimeScale(active.bars, active.timeframe, this.overview, {
      level,
      first: window.first,
      times: window.columns.time,
    });
    this.chart.setWindow(window);
    return true;
  }

  private fetchAround(wanted: number, active: TimeframePyramid, view: View) {
    const { store, generation } = this;
    if (!store) return;
    const ask = (level: number, seq: number) =>
      store.load({ timeframe: active.timeframe, level, seq });
    // What is in view, then what the next movement may need: the tiles beside it and the coarser levels.
    const inView = tilesInView(view, wanted, active.bars);
    const reach = Math.max(view.to - view.from, TILE_BARS * strideOf(wanted));
    const ahead = {
      from: view.from - reach * (this.movement < 0 ? 2 : 1),
      to: view.to + reach * (this.movement > 0 ? 2 : 1),
    };
    const near = tilesInView(ahead, wanted, active.bars);
    // Coarser tiles begin and end where finer ones do, so those are the same then as well.
    const asked = [wanted, inView.from, inView.to, near.from, near.to];
    if (this.asked?.every((one, at) => one === asked[at])) return;
    this.asked = asked;
    const missing = seqs(inView).filter((seq) => !this.tile(wanted, seq));
    if (missing.length > 0) {
      void Promise.all(missing.map((seq) => ask(wanted, seq))).then(() => {
        if (this.generation === generation && !this.closed) this.refresh();
      });
    }
    for (let up = 0; up <= STAND_IN_LEVELS && wanted + up <= active.topLevel; up++) {
      const level = wanted + up;
      for (const seq of seqs(tilesInView(ahead, level, active.bars))) {
        if (!this.tile(level, seq)) void ask(level, seq);
      }
    }
  }

  private tile(level: number, seq: number): TileColumns | undefined {
    return this.store?.get({ timeframe: this.timeframe, level, seq });
  }

  private retryUntilSuccess<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    return this.retries.retryUntilSuccess(ask, () => !this.closed);
  }

  private tell() {
    if (this.closed) return;
    const { dataRev } = this;
    const loading = this.isLoading || this.isChanging;
    const empty = !loading && this.active === null;
    const timeframe = this.active?.timeframe ?? null;
    this.on.state({ loading, error: this.retries.error, empty, dataRev, timeframe });
  }
}

const showsEnoughBars = (level: number, view: View) =>
  (view.to - view.from) / strideOf(level) >= MIN_STAND_IN_BARS;

const seqs = ({ from, to }: { from: number; to: number }) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
