import type { Px } from '@/contract/units';
import type { Scene } from './chart-geometry';
import type { CornerIndex, Corners } from './corner-index';
import { logicalAt, xOf } from './overlay-layout';

export type Point = { xPx: Px; yPx: Px };

/** The two points on the pane; null where the scale has no place for a price. */
export function pointsOf(item: Corners, { frame, timeScale, yOf }: Scene): [Point, Point] | null {
  const startY = yOf(item.startPrice);
  const endY = yOf(item.endPrice);
  if (startY === null || endY === null) return null;
  return [
    { xPx: xOf(frame, timeScale.middleOf(item.startTime)), yPx: startY },
    { xPx: xOf(frame, timeScale.middleOf(item.endTime)), yPx: endY },
  ];
}

/** Visits the items of which something may lie between two x, with their points. */
export function eachBetween<Item extends Corners>(
  index: CornerIndex<Item>,
  scene: Scene,
  fromPx: Px,
  toPx: Px,
  visit: (item: Item, start: Point, end: Point) => void,
) {
  const { start, end } = index.touching(
    logicalAt(scene.frame, fromPx),
    logicalAt(scene.frame, toPx),
  );
  for (let at = start; at < end; at++) {
    const item = index.items[at]!;
    const points = pointsOf(item, scene);
    if (points) visit(item, ...points);
  }
}
