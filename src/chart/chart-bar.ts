import type { BarIndex, Price, UtcSeconds } from '@/contract/units';

/** A bar as it is drawn. */
export type ChartBar = {
  time: UtcSeconds;
  /** Index of its first bar at level 0. */
  bar: BarIndex;
  /** How many bars of level 0 are drawn as this one. */
  merged: number;
  open: Price;
  high: Price;
  low: Price;
  close: Price;
  volume: number | null;
  previousClose: number | null;
};
