import type { Px } from '@/contract/units';
import type { Scene } from '../../chart-geometry';
import type { CornerIndex } from '../../corner-index';
import { eachBetween, type Point } from '../../corner-points';
import { HANDLE_REACH_PX, nearestHandle } from '../../handles';
import type { HitCandidate } from '../kind';
import type { OverlayLine } from './draw';

const REACH_PX = 6;

type Lines = CornerIndex<OverlayLine>;

/** The ends of what is selected. */
export function hitLineEnd(lines: Lines, scene: Scene, xPx: Px, yPx: Px) {
  let nearest: HitCandidate | null = null;
  const [from, to] = [xPx - HANDLE_REACH_PX, xPx + HANDLE_REACH_PX];
  eachBetween(lines, scene, from, to, ({ uid, selected }, start, end) => {
    if (!selected) return;
    const handles = [
      ['start', start],
      ['end', end],
    ] as const;
    const handle = nearestHandle(handles, xPx, yPx);
    if (!handle || (nearest && nearest.size <= handle.size)) return;
    nearest = { target: { kind: 'line', uid, part: handle.name }, size: handle.size };
  });
  return nearest as HitCandidate | null;
}

export function hitLine(lines: Lines, scene: Scene, xPx: Px, yPx: Px) {
  let nearest: HitCandidate | null = null;
  eachBetween(lines, scene, xPx - REACH_PX, xPx + REACH_PX, ({ uid }, start, end) => {
    const size = distanceTo(start, end, { xPx, yPx });
    if (size > REACH_PX || (nearest && nearest.size <= size)) return;
    nearest = { target: { kind: 'line', uid, part: 'body' }, size };
  });
  return nearest as HitCandidate | null;
}

/** From a point to the nearest one between two others. */
export function distanceTo(start: Point, end: Point, { xPx, yPx }: Point): number {
  const acrossPx = end.xPx - start.xPx;
  const downPx = end.yPx - start.yPx;
  const squared = acrossPx ** 2 + downPx ** 2;
  const along = (xPx - start.xPx) * acrossPx + (yPx - start.yPx) * downPx;
  const share = squared === 0 ? 0 : Math.min(1, Math.max(0, along / squared));
  return Math.hypot(start.xPx + share * acrossPx - xPx, start.yPx + share * downPx - yPx);
}
