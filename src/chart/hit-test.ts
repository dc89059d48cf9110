import type { Px } from '@/contract/units';
import type { Target } from '@/editor/kinds/kinds';
import type { Scene } from './chart-geometry';
import { HIT_RANKS, type HitCandidate } from './kinds/kind';
import { eachKind, type OverlayIndices } from './overlay';

/** What lies under a point of the price pane: what is selected first, then the smallest. */
export function hitTest(indices: OverlayIndices, scene: Scene, xPx: Px, yPx: Px): Target | null {
  if (yPx < 0 || yPx > scene.frame.heightPx) return null;
  for (const rank of HIT_RANKS) {
    let best: HitCandidate | null = null;
    for (const [kind, { hitTests }] of eachKind()) {
      const hit = hitTests[rank]?.(indices[kind], scene, xPx, yPx);
      if (hit && (!best || hit.size <= best.size)) best = hit;
    }
    if (best) return best.target;
  }
  return null;
}
