import type { UtcSeconds } from '@/contract/units';

/** A bar as it is drawn. */
export type ChartBar = {
  time: UtcSeconds;
  /** Index of its first bar at level 0. */
  bar: number;
  /** How many bars of level 0 are drawn as this one. */
  merged: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number | null;
  previousClose: number | null;
};
