import type { BarIndex, UtcSeconds } from '@/contract/units';

/** The times of the first and the last candle of a bar, in the chart's own timeframe. */
export type CandleRange = { first: UtcSeconds; last: UtcSeconds };

/** One timeframe's bars. */
export type BarSource = {
  bars: number;
  /** The bar at or before the time, else the first one. */
  locate(time: UtcSeconds): Promise<number>;
  timeOf(bar: BarIndex): Promise<UtcSeconds>;
};

/**
 * The candles that the bar at `time` is made of. A bar's own time is that of its first candle, so
 * its last one comes right before the next bar's: pauses and time zones need no rule.
 */
export async function candleRange(
  shown: BarSource,
  base: BarSource,
  time: UtcSeconds,
): Promise<CandleRange> {
  const bar = await shown.locate(time);
  const first = await shown.timeOf(bar);
  const isLast = bar + 1 >= shown.bars;
  const after = isLast ? base.bars : await base.locate(await shown.timeOf(bar + 1));
  return { first, last: await base.timeOf(after - 1) };
}
