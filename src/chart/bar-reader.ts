import { TILE_BARS, type TimeframePyramid } from '@/contract/candles';
import type { TileColumns } from '@/contract/tile-codec';
import type { BarIndex, Column, Price, UtcSeconds } from '@/contract/units';
import { readBarsAround } from './bars-around';
import { type BarSource, type CandleRange, candleRange } from './candle-range';
import type { TileStore } from './tile-store';
import type { TimeScale } from './time-scale';
import type { BarsAround } from './types';
import { strideOf } from './view';

/** What is on the chart now. */
export type ShownBars = {
  readonly active: TimeframePyramid | null;
  /** The chart's own candles. */
  readonly base: TimeframePyramid | undefined;
  readonly timeScale: TimeScale | null;
  readonly store: TileStore | null;
  /** Of the whole history, at the top level. */
  readonly closes: Column<Price> | null;
  /** Once there are candles. */
  readonly candles: Promise<void>;
};

/** Finds bars by their times, and reads them whether they are in view or not. */
export class BarReader {
  private readonly located = new Map<string, Promise<number>>();
  /** The candles beside one; undefined while they are read. */
  private readonly beside = new Map<
    UtcSeconds,
    Record<'before' | 'after', UtcSeconds> | undefined
  >();

  constructor(
    private readonly shown: ShownBars,
    private readonly ask: (query: { timeframe: number; time: UtcSeconds }) => Promise<number>,
  ) {}

  /** The candles are others by now. */
  forget() {
    this.located.clear();
    this.beside.clear();
  }

  /** The bar of level 0 at or before the time, once there are candles; lists ask for many again and again. */
  async locate(time: UtcSeconds, timeframe?: number): Promise<number> {
    await this.shown.candles;
    const query = { timeframe: timeframe ?? this.timeframe, time };
    const key = `${query.timeframe} ${time}`;
    const bar = this.located.get(key) ?? this.ask(query);
    this.located.set(key, bar);
    return bar;
  }

  /** The same for the bars shown; what is loaded of them tells without asking. */
  async barOf(time: UtcSeconds): Promise<number> {
    return this.shown.timeScale?.barAt(time) ?? this.locate(time);
  }

  /** What the time of a bar is, so that it need not be asked for. */
  remember(time: UtcSeconds, bar: BarIndex) {
    this.located.set(`${this.timeframe} ${time}`, Promise.resolve(bar));
  }

  /** The tile of level 0 that holds the bar, if it is here. */
  find(bar: BarIndex): TileColumns | undefined {
    const seq = Math.floor(bar / TILE_BARS);
    return this.shown.store?.get({ timeframe: this.timeframe, level: 0, seq });
  }

  /** The same, once it is here. */
  async load(bar: BarIndex, timeframe = this.timeframe): Promise<TileColumns | null> {
    const { store } = this.shown;
    if (!store) return null;
    return store.load({ timeframe, level: 0, seq: Math.floor(bar / TILE_BARS) });
  }

  /** When a bar of level 0 begins. */
  async timeOf(bar: BarIndex, timeframe = this.timeframe): Promise<UtcSeconds> {
    const tile = await this.load(bar, timeframe);
    if (!tile) throw new Error('the chart has no candles yet');
    return tile.time[bar % TILE_BARS]!;
  }

  /** The bars from `first` to `last` in the middle of `count`, fewer at the ends of the history. */
  barsAround(first: BarIndex, last: BarIndex, count: number): Promise<BarsAround | null> {
    const bars = this.shown.active?.bars ?? 0;
    return readBarsAround({ first, last, count, bars }, (bar) => this.load(bar));
  }

  /** Whether the bars shown are the chart's own candles. */
  get showsCandles() {
    return this.timeframe === this.shown.base?.timeframe;
  }

  /** The candles of the shown bar that holds the time. */
  async candleRange(time: UtcSeconds): Promise<CandleRange> {
    await this.shown.candles;
    const { active, base } = this.shown;
    if (!active || !base) return { first: time, last: time };
    return candleRange(this.sourceOf(active), this.sourceOf(base), time);
  }

  candleBeside(time: UtcSeconds, step: 1 | -1, onKnown = () => {}): UtcSeconds | undefined {
    const known = this.beside.get(time);
    if (known) return step > 0 ? known.after : known.before;
    if (!this.beside.has(time)) void this.readBeside(time).then((isRead) => isRead && onKnown());
    return undefined;
  }

  private async readBeside(time: UtcSeconds): Promise<boolean> {
    this.beside.set(time, undefined);
    const { base } = this.shown;
    try {
      if (!base) throw new Error('the chart has no candles yet');
      const { bars, timeOf } = this.sourceOf(base);
      const bar = await this.locate(time, base.timeframe);
      const [before, after] = await Promise.all([
        timeOf(Math.max(bar - 1, 0)),
        timeOf(Math.min(bar + 1, bars - 1)),
      ]);
      this.beside.set(time, { before, after });
      return true;
    } catch {
      // Asked for again when it is wanted again.
      this.beside.delete(time);
      return false;
    }
  }

  /** The times, all moved by as many bars shown: fewer than asked for at the ends of the history. */
  async shiftTimes(times: UtcSeconds[], by: number): Promise<UtcSeconds[]> {
    await this.shown.candles;
    const { active } = this.shown;
    if (!active) return times;
    const { bars, locate, timeOf } = this.sourceOf(active);
    const from = await Promise.all(times.map(locate));
    const moved = Math.min(Math.max(by, -Math.min(...from)), bars - 1 - Math.max(...from));
    return Promise.all(
      times.map(async (time, index) => {
        const bar = from[index]!;
        const [before, after] = await Promise.all([timeOf(bar), timeOf(bar + moved)]);
        return time + after - before;
      }),
    );
  }

  /** What swings are looked for in; null until there are candles. */
  swingSource() {
    const { active, closes } = this.shown;
    if (!active || !closes) return null;
    const { bars, topLevel, timeframe } = active;
    const load = (bar: BarIndex) => this.load(bar, timeframe);
    return { bars, closes, stride: strideOf(topLevel), load };
  }

  private get timeframe() {
    return this.shown.active?.timeframe ?? 0;
  }

  private sourceOf({ timeframe, bars }: TimeframePyramid): BarSource {
    return {
      bars,
      locate: (time) =>
        timeframe === this.timeframe ? this.barOf(time) : this.locate(time, timeframe),
      timeOf: (bar) => this.timeOf(bar, timeframe),
    };
  }
}
