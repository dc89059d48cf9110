import { TILE_BARS } from '@/contract/candles';
import type { TileColumns } from '@/contract/tile-codec';
import type { BarIndex, Price } from '@/contract/units';

type Prices = ArrayLike<Price>;

/**
 * Highs and lows in turn, each at least `least` from the one before: a zig-zag. Neither the first bar is
 * among them nor the last turn, as what came before or comes later may go beyond them.
 */
export function swingsOf(high: Prices, low: Prices, least: number): BarIndex[] {
  const swings: BarIndex[] = [];
  /** 1 while prices rise from the last swing, -1 while they fall, 0 before the first. */
  let direction = 0;
  let top = 0;
  let bottom = 0;
  for (let bar = 1; bar < high.length; bar++) {
    if (direction >= 0 && high[bar]! > high[top]!) top = bar;
    else if (direction >= 0 && high[top]! - low[bar]! >= least) {
      swings.push(top);
      direction = -1;
      bottom = bar;
      continue;
    }
    if (direction <= 0 && low[bar]! < low[bottom]!) bottom = bar;
    else if (direction <= 0 && high[bar]! - low[bottom]! >= least) {
      swings.push(bottom);
      direction = 1;
      top = bar;
    }
  }
  return swings[0] === 0 ? swings.slice(1) : swings;
}

/** Bars before the one asked from, so that a zig-zag begun there has found its turns. */
const LEAD_BARS = 2 * TILE_BARS;
/** After so many tiles without a turn there is none that matters. */
const MAX_TILES = 64;
/**
 * How far prices must turn, as a share of what they stray in as many bars as are in view: about an
 * eighth of the height that they fill, wherever one looks.
 */
const LEAST_SHARE = 0.2;

/** A chart's bars of level 0, and some closes of all of it: one each `stride` bars. */
type Bars = {
  bars: number;
  closes: ArrayLike<Price>;
  stride: number;
  load(bar: BarIndex): Promise<TileColumns | null>;
};

/**
 * The bar of the next swing after `from` (1) or of the last one before it (-1), of a size that shows
 * where `inView` bars are in view; null where there is none. Sizes are ratios, unless prices are not positive.
 */
export async function findSwing(
  chart: Bars,
  from: BarIndex,
  step: 1 | -1,
  inView: number,
): Promise<BarIndex | null> {
  const isPositive = Array.prototype.every.call(chart.closes, (close) => close > 0);
  const scale = (price: Price) => (isPositive ? Math.log(price) : price);
  const least = LEAST_SHARE * strayOf(chart.closes, scale) * Math.sqrt(inView / chart.stride);
  if (!(least > 0)) return null;
  let first = Math.max(0, Math.floor((from - LEAD_BARS) / TILE_BARS));
  let last = Math.floor(from / TILE_BARS);
  const end = Math.ceil(chart.bars / TILE_BARS) - 1;
  for (let tries = 0; tries < MAX_TILES; tries++) {
    const tiles = await Promise.all(
      Array.from({ length: last - first + 1 }, (_, at) => chart.load((first + at) * TILE_BARS)),
    );
    const column = (name: 'high' | 'low') =>
      tiles.flatMap((tile) => (tile ? Array.from(tile[name], scale) : []));
    const found = swingsOf(column('high'), column('low'), least).map(
      (bar) => bar + first * TILE_BARS,
    );
    const next = step > 0 ? found.find((bar) => bar > from) : found.findLast((bar) => bar < from);
    if (next !== undefined) return next;
    if (step > 0 ? last >= end : first === 0) return null;
    if (step > 0) last++;
    else first--;
  }
  return null;
}

/** How far one value strays from the one before, as the root of the mean square. */
function strayOf(values: ArrayLike<number>, scale: (value: number) => number): number {
  let sum = 0;
  for (let at = 1; at < values.length; at++) {
    sum += (scale(values[at]!) - scale(values[at - 1]!)) ** 2;
  }
  return Math.sqrt(sum / Math.max(1, values.length - 1));
}
