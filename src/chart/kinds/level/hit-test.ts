import type { Px } from '@/contract/units';
import type { Scene } from '../../chart-geometry';
import type { HitCandidate, ItemIndex } from '../kind';
import type { OverlayLevel } from './draw';

const REACH_PX = 5;

/** The nearest level within reach of a height, whatever the place. */
export function hitLevel(
  { items }: ItemIndex<OverlayLevel>,
  { yOf }: Scene,
  _xPx: Px,
  yPx: Px,
): HitCandidate | null {
  let nearest: HitCandidate | null = null;
  for (const { uid, price } of items) {
    const y = yOf(price);
    const size = y === null ? Number.POSITIVE_INFINITY : Math.abs(y - yPx);
    if (size > REACH_PX || (nearest && nearest.size <= size)) continue;
    nearest = { target: { kind: 'level', uid, part: 'body' }, size };
  }
  return nearest;
}
