import type { Scene } from '../../chart-geometry';
import { markerMiddle } from '../../overlay-layout';
import type { MarkerIndex } from './marker-index';

/** The y of a marker's middle; null when its bar is not loaded. */
export function markerY(markers: MarkerIndex, at: number, scene: Omit<Scene, 'frame'>) {
  const bar = scene.barHolding(Math.floor(markers.logicalOf(at)));
  const high = bar && scene.yOf(bar.high);
  const low = bar && scene.yOf(bar.low);
  if (high === null || low === null) return null;
  return markerMiddle(markers.items[at]!.direction, high, low);
}
