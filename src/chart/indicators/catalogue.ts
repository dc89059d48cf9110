/** What a line is drawn in: a colour of the theme, or one of its own. */
export type LineTone = 'first' | 'second' | 'third' | 'faint';
type Line = { name: string; tone: LineTone };
type Indicator = {
  name: string;
  /** On the prices, or in a pane of its own. */
  onPrice: boolean;
  lines: readonly Line[];
  /** Bars that have to be read before those that are shown, so that values do not depend on where one begins. */
  warmUp(timeframe: number): number;
};

const DAY = 86_400;
/** What is left of the value that a smoothing began with, at most. */
const LEFT = 1e-9;
/** Bars after which a smoothing that gives the newest bar this weight has forgotten how it began. */
const forgotten = (weight: number) => Math.ceil(Math.log(LEFT) / Math.log(1 - weight));

const sma = (period: number, tone: LineTone): Indicator => ({
  name: `SMA ${period}`,
  onPrice: true,
  lines: [{ name: '', tone }],
  warmUp: () => period,
});
const ema = (period: number, tone: LineTone): Indicator => ({
  name: `EMA ${period}`,
  onPrice: true,
  lines: [{ name: '', tone }],
  warmUp: () => forgotten(2 / (period + 1)),
});
const wilder = (name: string, period: number): Indicator => ({
  name: `${name} ${period}`,
  onPrice: false,
  lines: [{ name: '', tone: 'first' }],
  warmUp: () => forgotten(1 / period) + period,
});

/** Indicators that can be shown, with the periods that are common. */
export const INDICATORS = {
  sma20: sma(20, 'first'),
  sma50: sma(50, 'second'),
  sma200: sma(200, 'third'),
  ema20: ema(20, 'first'),
  ema50: ema(50, 'second'),
  ema200: ema(200, 'third'),
  bollinger: {
    name: 'Bollinger 20 2',
    onPrice: true,
    lines: [
      { name: 'lower', tone: 'faint' },
      { name: 'middle', tone: 'faint' },
      { name: 'upper', tone: 'faint' },
    ],
    warmUp: () => 20,
  },
  vwap: {
    name: 'VWAP',
    onPrice: true,
    lines: [{ name: '', tone: 'third' }],
    warmUp: (timeframe) => Math.ceil(vwapSeconds(timeframe) / timeframe),
  },
  rsi14: wilder('RSI', 14),
  macd: {
    name: 'MACD 12 26 9',
    onPrice: false,
    lines: [
      { name: '', tone: 'first' },
      { name: 'signal', tone: 'second' },
      { name: 'difference', tone: 'faint' },
    ],
    warmUp: () => forgotten(2 / 27) + forgotten(2 / 10),
  },
  atr14: wilder('ATR', 14),
} as const satisfies Record<string, Indicator>;

export type IndicatorId = keyof typeof INDICATORS;
export const isIndicator = (id: string): id is IndicatorId => Object.hasOwn(INDICATORS, id);
export const indicatorOf = (id: IndicatorId): Indicator => INDICATORS[id];
export const INDICATOR_IDS = Object.keys(INDICATORS).filter(isIndicator);

/** VWAP begins anew with each UTC day, under a minute a bar with each hour, from a day on with each year. */
export const vwapSeconds = (timeframe: number) =>
  timeframe >= DAY ? 366 * DAY : timeframe >= 60 ? DAY : 3_600;
