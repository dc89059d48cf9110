import type { Px } from '@/contract/units';
import type { Point } from './corner-points';
import type { DrawContext } from './draw-context';

export const HANDLE_RADIUS_PX = 3.5;
/** Distance at which a handle is taken. */
export const HANDLE_REACH_PX = 9;

export function drawHandle({ pen, colors }: DrawContext, { xPx, yPx }: Point, color: string) {
  pen.dot(xPx, yPx, HANDLE_RADIUS_PX + 1.5, colors.theme.canvas);
  pen.dot(xPx, yPx, HANDLE_RADIUS_PX, color);
}

/** The name of the nearest handle within reach, and how far away it is. */
export function nearestHandle<Name>(
  handles: readonly (readonly [name: Name, point: Point])[],
  xPx: Px,
  yPx: Px,
): { name: Name; size: number } | null {
  let nearest: { name: Name; size: number } | null = null;
  for (const [name, point] of handles) {
    const size = Math.hypot(point.xPx - xPx, point.yPx - yPx);
    if (size <= HANDLE_REACH_PX && (!nearest || size < nearest.size)) nearest = { name, size };
  }
  return nearest;
}
