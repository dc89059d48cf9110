import { TILE_BARS } from '@/contract/candles';
import { findSwing } from './swings';
import type { ChartView } from './types';
import type { ViewLoader } from './view-loader';

type BarReads = Pick<
  ChartView,
  | 'shiftTime'
  | 'candleBeside'
  | 'barsApart'
  | 'volumeBetween'
  | 'candleRange'
  | 'shiftTimes'
  | 'barNear'
  | 'swingNear'
  | 'barAt'
  | 'barsBetween'
  | 'barsAround'
  | 'changeBetween'
>;

/** What is asked about the bars of a chart, by their times. */
export function barReads(loader: ViewLoader): BarReads {
  return {
    shiftTime(time, bars) {
      const { timeScale } = loader;
      return timeScale ? timeScale.timeAt(timeScale.logicalOf(time) + bars) : time;
    },
    candleBeside: (time, step, onKnown) => loader.reader.candleBeside(time, step, onKnown),
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
  };
}
