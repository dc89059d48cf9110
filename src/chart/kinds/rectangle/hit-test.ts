import type { Px } from '@/contract/units';
import type { Scene } from '../../chart-geometry';
import type { CornerIndex } from '../../corner-index';
import { eachBetween, type Point } from '../../corner-points';
import { HANDLE_REACH_PX, nearestHandle } from '../../handles';
import type { HitCandidate } from '../kind';
import { boxOf, cornersOf } from './box';
import type { OverlayRectangle } from './draw';

const REACH_PX = 5;

type Rectangles = CornerIndex<OverlayRectangle>;

/** The corners of what is selected. */
export function hitCorner(rectangles: Rectangles, scene: Scene, xPx: Px, yPx: Px) {
  let nearest: HitCandidate | null = null;
  const [from, to] = [xPx - HANDLE_REACH_PX, xPx + HANDLE_REACH_PX];
  eachBetween(rectangles, scene, from, to, ({ uid, selected }, start, end) => {
    const handle = selected && nearestHandle(cornersOf(start, end), xPx, yPx);
    if (!handle || (nearest && nearest.size <= handle.size)) return;
    nearest = { target: { kind: 'rectangle', uid, part: handle.name }, size: handle.size };
  });
  return nearest as HitCandidate | null;
}

export function hitOutline(rectangles: Rectangles, scene: Scene, xPx: Px, yPx: Px) {
  let smallest: HitCandidate | null = null;
  eachBetween(rectangles, scene, xPx - REACH_PX, xPx + REACH_PX, ({ uid }, start, end) => {
    const isHit = Math.abs(distanceWithin(start, end, { xPx, yPx })) < REACH_PX;
    const size = areaOf(start, end);
    if (!isHit || (smallest && smallest.size <= size)) return;
    smallest = { target: { kind: 'rectangle', uid, part: 'outline' }, size };
  });
  return smallest as HitCandidate | null;
}

/** Within; what is selected is moved by it. */
export function hitInside(rectangles: Rectangles, scene: Scene, xPx: Px, yPx: Px) {
  let smallest: HitCandidate | null = null;
  eachBetween(rectangles, scene, xPx, xPx, ({ uid, selected }, start, end) => {
    const size = selected ? 0 : Math.abs(end.xPx - start.xPx);
    if (distanceWithin(start, end, { xPx, yPx }) < 0) return;
    if (smallest && smallest.size <= size) return;
    const part = selected ? 'outline' : 'inside';
    smallest = { target: { kind: 'rectangle', uid, part }, size };
  });
  return smallest as HitCandidate | null;
}

/** From a point inside to the nearest side; negative outside. */
function distanceWithin(start: Point, end: Point, { xPx, yPx }: Point): number {
  const { left, top, right, bottom } = boxOf(start, end);
  return Math.min(xPx - left, right - xPx, yPx - top, bottom - yPx);
}

const areaOf = (start: Point, end: Point) =>
  Math.abs((end.xPx - start.xPx) * (end.yPx - start.yPx));
