import type { Px } from '@/contract/units';
import type { Bars } from '../session/examined-store';

/** A part of the time axis in CSS pixels: examined or not. */
export type Stretch = { leftPx: Px; rightPx: Px; bars: Bars | null };

type Extent = { leftPx: Px; rightPx: Px };

/**
 * The candles' part of the axis as stretches that are examined and those between them, in order.
 * Ranges that are less than a pixel apart are one; `extentOf` places bars, `within` is what is drawn.
 */
export function stretchesOf(
  ranges: readonly Bars[],
  extentOf: (bars: Bars) => Extent | null,
  within: Extent,
): Stretch[] {
  const all: Stretch[] = [];
  let at = within.leftPx;
  for (const bars of ranges) {
    const extent = extentOf(bars);
    if (!extent) continue;
    const leftPx = Math.max(extent.leftPx, within.leftPx);
    const rightPx = Math.min(extent.rightPx, within.rightPx);
    if (rightPx <= leftPx) continue;
    const last = all.at(-1);
    if (last?.bars && leftPx - last.rightPx < 1) {
      last.rightPx = Math.max(last.rightPx, rightPx);
      last.bars = { ...last.bars, endTime: Math.max(last.bars.endTime, bars.endTime) };
    } else {
      if (leftPx > at) all.push({ leftPx: at, rightPx: leftPx, bars: null });
      all.push({ leftPx, rightPx, bars });
    }
    at = Math.max(at, rightPx);
  }
  if (at < within.rightPx) all.push({ leftPx: at, rightPx: within.rightPx, bars: null });
  return all;
}
