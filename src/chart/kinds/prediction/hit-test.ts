import type { Px } from '@/contract/units';
import type { Scene } from '../../chart-geometry';
import { isFolded } from '../../folded-pills';
import { EDGE_REACH_PX, isInPill, pillExtent } from '../../overlay-layout';
import { eachNear, type RangeIndex } from '../../range-index';
import type { HitCandidate } from '../kind';
import type { OverlayPrediction } from './draw';

/** A prediction is hit by its pill alone. */
export function hitPrediction(
  ranges: RangeIndex<OverlayPrediction>,
  { frame }: Scene,
  xPx: Px,
  yPx: Px,
) {
  let smallest: HitCandidate | null = null;
  eachNear(ranges, frame, xPx, EDGE_REACH_PX, (item, at) => {
    const { uid } = item;
    if (isFolded(ranges.laneOf(at), item)) return;
    const extent = pillExtent(frame, ranges.leftOf(at), ranges.rightOf(at));
    const size = extent.right - extent.left;
    if (!isInPill(extent, ranges.laneOf(at), xPx, yPx)) return;
    if (smallest && size > smallest.size) return;
    smallest = { target: { kind: 'prediction', uid, part: 'pill' }, size };
  });
  return smallest as HitCandidate | null;
}
