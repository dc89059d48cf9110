import type { Price, UtcSeconds } from '@/contract/units';

/** A point of the chart: a bar's time and a price. */
export type Anchor = { time: UtcSeconds; price: Price };

/**
 * A point with the candles of its bar, in the chart's own timeframe: the first is at `time`, the
 * last at `lastTime`. Where the chart's own timeframe is shown, both are the same.
 */
export type BarAnchor = Anchor & { lastTime: UtcSeconds };

/** A time that is a candle's own. */
export const candleAnchor = (time: UtcSeconds, price = Number.NaN): BarAnchor => ({
  time,
  lastTime: time,
  price,
});
