import type { OverlayIndex, RangeIndex } from './overlay-index';
import {
  type Extent,
  type Frame,
  laneBottom,
  laneTop,
  logicalAt,
  MARKER_WIDTH_PX,
  pillExtent,
  xOf,
} from './overlay-layout';
import type { Hit, OverlaySpan } from './types';

/** Distance from a selected span's edge at which it is taken. */
export const EDGE_PX = 8;
/** An unselected span is resized by the ends of its pill only, so that panning is never in doubt. */
const PILL_EDGE_PX = 5;
const MIN_RESIZABLE_PILL_PX = 24;
const SLACK_PX = 2;
const MARKER_REACH_PX = MARKER_WIDTH_PX / 2 + 4;

export type Scene = {
  index: OverlayIndex;
  frame: Frame;
  /** The y of a marker's middle; null when its bar is not loaded. */
  markerY(marker: number): number | null;
};

/** What lies under a point of the price pane: what is selected first, then the smallest. */
export function hitTest(scene: Scene, xPx: number, yPx: number): Hit | null {
  if (yPx < 0 || yPx > scene.frame.heightPx) return null;
  return (
    selectedEdge(scene, xPx, yPx) ??
    marker(scene, xPx, yPx) ??
    pill(scene, xPx, yPx) ??
    body(scene, xPx, yPx)
  );
}

function selectedEdge({ index: { spans }, frame }: Scene, xPx: number, yPx: number): Hit | null {
  let nearest: Hit | null = null;
  let distance = EDGE_PX;
  eachNear(spans, frame, xPx, EDGE_PX, (span, at) => {
    if (!span.selected || yPx < laneTop(spans.lanes[at] as number)) return;
    const toStart = Math.abs(xPx - xOf(frame, spans.leftOf(at)));
    const toEnd = Math.abs(xPx - xOf(frame, spans.rightOf(at)));
    if (Math.min(toStart, toEnd) > distance) return;
    distance = Math.min(toStart, toEnd);
    // Of two edges in one place take the one on the pointer's side, so a thin span can be widened.
    nearest = { kind: 'span', uid: span.uid, part: toStart < toEnd ? 'start' : 'end' };
  });
  return nearest;
}

function marker(
  { index: { markers }, frame, markerY }: Scene,
  xPx: number,
  yPx: number,
): Hit | null {
  let nearest: Hit | null = null;
  let distance = MARKER_REACH_PX;
  const { start, end } = markers.touching(
    logicalAt(frame, xPx - MARKER_REACH_PX),
    logicalAt(frame, xPx + MARKER_REACH_PX),
  );
  for (let at = start; at < end; at++) {
    const middle = markerY(at);
    if (middle === null) continue;
    const away = Math.hypot(xPx - xOf(frame, markers.logicalOf(at)), yPx - middle);
    if (away > distance) continue;
    distance = away;
    nearest = { kind: 'marker', uid: markers.items[at]?.uid as string };
  }
  return nearest;
}

function pill({ index: { spans, predictions }, frame }: Scene, xPx: number, yPx: number) {
  let smallest: Hit | null = null;
  let size = Infinity;
  const take = (lane: number, { left, right }: Extent, hit: (width: number) => Hit) => {
    const inside =
      yPx >= laneTop(lane) - SLACK_PX &&
      yPx <= laneBottom(lane) + SLACK_PX &&
      xPx >= left - SLACK_PX &&
      xPx <= right + SLACK_PX;
    if (!inside || right - left > size) return;
    size = right - left;
    smallest = hit(size);
  };
  eachNear(predictions, frame, xPx, EDGE_PX, (prediction, at) => {
    const extent = pillExtent(frame, predictions.leftOf(at), predictions.rightOf(at));
    take(predictions.lanes[at] as number, extent, () => ({
      kind: 'prediction',
      id: prediction.id,
    }));
  });
  eachNear(spans, frame, xPx, EDGE_PX, ({ uid }, at) => {
    const extent = pillExtent(frame, spans.leftOf(at), spans.rightOf(at));
    take(spans.lanes[at] as number, extent, (width) => {
      const resizable = width >= MIN_RESIZABLE_PILL_PX;
      if (resizable && xPx - extent.left <= PILL_EDGE_PX) {
        return { kind: 'span', uid, part: 'start' };
      }
      if (resizable && extent.right - xPx <= PILL_EDGE_PX) {
        return { kind: 'span', uid, part: 'end' };
      }
      return { kind: 'span', uid, part: 'pill' };
    });
  });
  return smallest;
}

function body({ index: { spans }, frame }: Scene, xPx: number, yPx: number): Hit | null {
  let smallest: Hit | null = null;
  let size = Infinity;
  eachNear(spans, frame, xPx, 0, ({ uid }, at) => {
    const left = xOf(frame, spans.leftOf(at));
    const right = xOf(frame, spans.rightOf(at));
    const inside = xPx >= left && xPx <= right && yPx > laneBottom(spans.lanes[at] as number);
    if (!inside || right - left > size) return;
    size = right - left;
    smallest = { kind: 'span', uid, part: 'body' };
  });
  return smallest;
}

function eachNear<Item extends Pick<OverlaySpan, 'startTime' | 'endTime'>>(
  ranges: RangeIndex<Item>,
  frame: Frame,
  xPx: number,
  reachPx: number,
  visit: (item: Item, at: number) => void,
) {
  const { start, end } = ranges.touching(
    logicalAt(frame, xPx - reachPx),
    logicalAt(frame, xPx + reachPx),
  );
  for (let at = start; at < end; at++) visit(ranges.items[at] as Item, at);
}
