import type { Price, Px } from '@/contract/units';
import type { ChartBar } from './chart-bar';

/** How near the pointer has to be. */
export const SNAP_REACH_PX = 10;

/** The bar's open, high, low or close that lies nearest to the price, if it is within reach. */
export function snapPrice(
  bar: Pick<ChartBar, 'open' | 'high' | 'low' | 'close'>,
  price: Price,
  yOf: (price: Price) => Px | null,
): Price {
  const y = yOf(price);
  let nearest = price;
  let distance = SNAP_REACH_PX;
  for (const each of [bar.open, bar.high, bar.low, bar.close]) {
    const eachY = yOf(each);
    if (y === null || eachY === null || Math.abs(eachY - y) > distance) continue;
    distance = Math.abs(eachY - y);
    nearest = each;
  }
  return nearest;
}
