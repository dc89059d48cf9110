import type { BarIndex, Price, Px } from '@/contract/units';
import { Pen } from './pen';
import { type ChartTheme, withAlpha } from './theme';
import type { BarsAround } from './types';

/** How bright the bars around the range are. */
const AROUND = 0.55;
const BODY_SHARE = 0.7;

type Size = { widthPx: Px; heightPx: Px };

/** Where the bars of a window and their prices lie in a picture. */
export type WindowScale = Size & {
  pxPerBar: Px;
  /** The left edge of a bar, counted from the window's first. */
  xOf(bar: BarIndex): Px;
  yOf(price: Price): Px;
  low: Price;
  high: Price;
};

export function windowScale(bars: BarsAround, size: Size, marginPx: Px): WindowScale {
  const pxPerBar = size.widthPx / bars.open.length;
  const low = bars.low.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = bars.high.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const room = size.heightPx - 2 * marginPx;
  return {
    ...size,
    pxPerBar,
    xOf: (bar) => bar * pxPerBar,
    yOf: (price) => marginPx + (high > low ? (high - price) / (high - low) : 0.5) * room,
    low,
    high,
  };
}

export type WindowLook = {
  theme: ChartTheme;
  /** Of the range's band and edges, as #rrggbb. */
  color: string;
  edgePx: Px;
  /** Prices at which there is a line across. */
  lines?: readonly Price[];
};

/** Candles of a window with its range shaded and what is around it dimmed. */
export function drawWindow(
  canvas: HTMLCanvasElement,
  bars: BarsAround,
  scale: WindowScale,
  { theme, color, edgePx, lines = [] }: WindowLook,
) {
  const context = sized(canvas, scale);
  if (!context) return;
  const { heightPx, widthPx, xOf, yOf } = scale;
  const pen = new Pen(context, devicePixelRatio, devicePixelRatio);
  for (const price of lines) pen.box(0, yOf(price), widthPx, yOf(price) + 1, theme.grid);
  const [left, right] = [xOf(bars.first), xOf(bars.last + 1)];
  pen.box(left, 0, right, heightPx, withAlpha(color, 0.18));
  for (let bar = 0; bar < bars.open.length; bar++) {
    const isIn = bar >= bars.first && bar <= bars.last;
    context.globalAlpha = isIn ? 1 : AROUND;
    drawCandle(pen, bars, scale, bar, theme);
  }
  context.globalAlpha = 1;
  pen.edge(left, 0, heightPx, edgePx, color, 1);
  pen.edge(right, 0, heightPx, edgePx, color, -1);
}

function drawCandle(
  pen: Pen,
  { open, high, low, close }: BarsAround,
  { xOf, yOf, pxPerBar }: WindowScale,
  bar: number,
  theme: ChartTheme,
) {
  const [start, end] = [open[bar]!, close[bar]!];
  const color = end >= start ? theme.up : theme.down;
  const middle = xOf(bar + 0.5);
  const half = (pxPerBar * BODY_SHARE) / 2;
  pen.box(middle - 0.5, yOf(high[bar]!), middle + 0.5, yOf(low[bar]!), color);
  const top = yOf(Math.max(start, end));
  const bottom = Math.max(top + 1, yOf(Math.min(start, end)));
  pen.box(middle - half, top, middle + half, bottom, color);
}

/** The canvas at the screen's resolution, empty. */
function sized(canvas: HTMLCanvasElement, { widthPx, heightPx }: Size) {
  canvas.width = Math.round(widthPx * devicePixelRatio);
  canvas.height = Math.round(heightPx * devicePixelRatio);
  return canvas.getContext('2d');
}

/**
 * One shape laid over another: the example's closes stretched to as many bars as the candidate has, with
 * the candidate's mean and spread, which is how the two are compared. Null where one of them is flat.
 */
export function layOver(
  example: ArrayLike<Price>,
  candidate: ArrayLike<Price>,
): Float64Array | null {
  const stretched = Float64Array.from(candidate, (_, at) => {
    const place = candidate.length > 1 ? (at / (candidate.length - 1)) * (example.length - 1) : 0;
    const before = Math.floor(place);
    const from = example[before]!;
    return from + (place - before) * ((example[before + 1] ?? from) - from);
  });
  const [a, b] = [spreadOf(stretched), spreadOf(candidate)];
  if (a.deviation === 0 || b.deviation === 0) return null;
  return stretched.map((price) => b.mean + ((price - a.mean) / a.deviation) * b.deviation);
}

function spreadOf(values: ArrayLike<number>) {
  let mean = 0;
  for (let at = 0; at < values.length; at++) mean += values[at]! / values.length;
  let square = 0;
  for (let at = 0; at < values.length; at++) square += (values[at]! - mean) ** 2 / values.length;
  return { mean, deviation: Math.sqrt(square) };
}

/** Round prices between two, at most about `count` of them. */
export function roundPrices(low: Price, high: Price, count: number): Price[] {
  const least = (high - low) / count;
  if (!(least > 0)) return [];
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10);
  const first = Math.ceil(low / step);
  return Array.from(
    { length: Math.floor(high / step) - first + 1 },
    (_, at) => (first + at) * step,
  );
}
