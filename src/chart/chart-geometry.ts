import type { BarIndex, Price, Px } from '@/contract/units';
import type { ChartBar } from './chart-bar';
import type { Frame } from './overlay-layout';
import type { TimeScale } from './time-scale';

/** What the overlay needs to know of the chart it lies on. */
export type ChartGeometry = {
  frame(): Frame | null;
  timeScale(): TimeScale | null;
  /** The drawn bar that holds a bar of level 0. */
  barHolding(bar: BarIndex): ChartBar | null;
  yOf(price: Price): Px | null;
};

/** Where things are in one frame. */
export type Scene = Pick<ChartGeometry, 'barHolding' | 'yOf'> & {
  frame: Frame;
  timeScale: TimeScale;
};
