import { ATR, BollingerBands, EMA, MACD, RSI, SMA, VWAP } from 'trading-signals';
import type { TileColumns } from '@/contract/tile-codec';
import { type IndicatorId, indicatorOf, vwapSeconds } from './catalogue';

type Bar = { time: number; high: number; low: number; close: number; volume: number };
/** The values at a bar after those before it; null where there are too few. */
type Step = (bar: Bar) => readonly number[] | null;

const single = (value: number | null) => (value === null ? null : [value]);

const sma = (period: number) => (): Step => {
  const average = new SMA(period);
  return ({ close }) => single(average.update(close, false));
};

const ema = (period: number) => (): Step => {
  const average = new EMA(period);
  return ({ close }) => {
    const value = average.update(close, false);
    return average.isStable ? [value] : null;
  };
};

const STEPS: Record<IndicatorId, (timeframe: number) => Step> = {
  sma20: sma(20),
  sma50: sma(50),
  sma200: sma(200),
  ema20: ema(20),
  ema50: ema(50),
  ema200: ema(200),
  bollinger() {
    const bands = new BollingerBands(20, 2);
    return ({ close }) => {
      const at = bands.update(close, false);
      return at && [at.lower, at.middle, at.upper];
    };
  },
  vwap(timeframe) {
    let average = new VWAP();
    let period = Number.NaN;
    return (bar) => {
      const next = periodOf(bar.time, timeframe);
      // The first period that is seen may have begun before.
      if (next !== period) average = new VWAP();
      period = next;
      // A bar without trades leaves it where it is.
      if (bar.volume > 0) average.update(bar, false);
      return single(average.getResult());
    };
  },
  rsi14() {
    const rsi = new RSI(14);
    return ({ close }) => single(rsi.update(close, false));
  },
  macd() {
    const macd = new MACD(new EMA(12), new EMA(26), new EMA(9));
    return ({ close }) => {
      const at = macd.update(close, false);
      return at && [at.macd, at.signal, at.histogram];
    };
  },
  atr14() {
    const atr = new ATR(14);
    return (bar) => single(atr.update(bar, false));
  },
};

function periodOf(time: number, timeframe: number): number {
  const seconds = vwapSeconds(timeframe);
  return timeframe >= 86_400 ? new Date(time * 1_000).getUTCFullYear() : Math.floor(time / seconds);
}

/**
 * The lines of an indicator over bars side by side, of which the first `skipped` are only read before the others:
 * a column a line, NaN where there is no value.
 */
export function computeIndicator(
  id: IndicatorId,
  { time, high, low, close, volume }: TileColumns,
  skipped: number,
  timeframe: number,
): Float64Array[] {
  const step = STEPS[id](timeframe);
  const length = time.length - skipped;
  const columns = indicatorOf(id).lines.map(() => new Float64Array(length).fill(Number.NaN));
  for (let at = 0; at < time.length; at++) {
    const values = step({
      time: time[at]!,
      high: high[at]!,
      low: low[at]!,
      close: close[at]!,
      volume: volume[at]!,
    });
    if (!values || at < skipped) continue;
    for (const [line, value] of values.entries()) columns[line]![at - skipped] = value;
  }
  return columns;
}
