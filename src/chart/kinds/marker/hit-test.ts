import type { Px } from '@/contract/units';
import type { Scene } from '../../chart-geometry';
import { logicalAt, MARKER_WIDTH_PX, xOf } from '../../overlay-layout';
import type { HitCandidate } from '../kind';
import type { MarkerIndex } from './marker-index';
import { markerY } from './marker-y';

const REACH_PX = MARKER_WIDTH_PX / 2 + 4;

/** The nearest marker within reach. */
export function hitMarker(markers: MarkerIndex, scene: Scene, xPx: Px, yPx: Px) {
  const { frame } = scene;
  let nearest: HitCandidate | null = null;
  let size = REACH_PX;
  const { start, end } = markers.touching(
    logicalAt(frame, xPx - REACH_PX),
    logicalAt(frame, xPx + REACH_PX),
  );
  for (let at = start; at < end; at++) {
    const middle = markerY(markers, at, scene);
    if (middle === null) continue;
    const away = Math.hypot(xPx - xOf(frame, markers.logicalOf(at)), yPx - middle);
    if (away > size) continue;
    size = away;
    const { uid } = markers.items[at]!;
    nearest = { target: { kind: 'marker', uid, part: 'body' }, size };
  }
  return nearest;
}
