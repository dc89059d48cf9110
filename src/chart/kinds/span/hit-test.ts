import type { Px } from '@/contract/units';
import type { Scene } from '../../chart-geometry';
import { isFolded } from '../../folded-pills';
import {
  EDGE_REACH_PX,
  isInPill,
  laneBottom,
  laneTop,
  pillExtent,
  xOf,
} from '../../overlay-layout';
import { eachNear, extentOf, type RangeIndex } from '../../range-index';
import type { HitCandidate } from '../kind';
import type { OverlayPart, OverlaySpan } from './draw';

/** An unselected span is resized by the ends of its pill only, so that panning is never in doubt. */
const PILL_EDGE_PX = 5;
const MIN_RESIZABLE_PILL_PX = 24;

type Spans = RangeIndex<OverlaySpan>;

/** The edges of the anchor, and of its parts where these are no edges of its own. */
export function hitSelectedEdge(spans: Spans, scene: Scene, xPx: Px, yPx: Px) {
  const { frame } = scene;
  let nearest: HitCandidate | null = null;
  let size = EDGE_REACH_PX;
  eachNear(spans, frame, xPx, EDGE_REACH_PX, ({ uid, isAnchor, parts }, at) => {
    if (!isAnchor || yPx < laneTop(spans.laneOf(at))) return;
    const toStart = Math.abs(xPx - xOf(frame, spans.leftOf(at)));
    const toEnd = Math.abs(xPx - xOf(frame, spans.rightOf(at)));
    if (Math.min(toStart, toEnd) <= size) {
      size = Math.min(toStart, toEnd);
      // Of two edges in one place take the one on the pointer's side, so a thin span can be widened.
      const part = toStart < toEnd ? 'start' : 'end';
      nearest = { target: { kind: 'span', uid, part }, size };
    }
    const inside = nearestPartEdge(uid, parts, scene, xPx);
    // An edge of the span's own is meant where a part ends with it.
    if (!inside || inside.size >= size) return;
    size = inside.size;
    nearest = inside;
  });
  return nearest as HitCandidate | null;
}

function nearestPartEdge(
  uid: string,
  parts: readonly OverlayPart[],
  { frame, timeScale }: Scene,
  xPx: Px,
): HitCandidate | null {
  let nearest: HitCandidate | null = null;
  for (const { index, ...range } of parts) {
    const { left, right } = extentOf(timeScale, range);
    for (const [part, edge] of [
      ['part-start', left],
      ['part-end', right],
    ] as const) {
      const size = Math.abs(xPx - xOf(frame, edge));
      // Where one part follows another the pointer's side says which of the two edges is meant.
      const isOnSide = part === 'part-start' ? xPx >= xOf(frame, edge) : xPx <= xOf(frame, edge);
      if (nearest && (size > nearest.size || (size === nearest.size && !isOnSide))) continue;
      nearest = { target: { kind: 'span', uid, part, index }, size };
    }
  }
  return nearest;
}

export function hitPill(spans: Spans, { frame }: Scene, xPx: Px, yPx: Px) {
  let smallest: HitCandidate | null = null;
  eachNear(spans, frame, xPx, EDGE_REACH_PX, (item, at) => {
    const { uid } = item;
    if (isFolded(spans.laneOf(at), item)) return;
    const extent = pillExtent(frame, spans.leftOf(at), spans.rightOf(at));
    const size = extent.right - extent.left;
    if (!isInPill(extent, spans.laneOf(at), xPx, yPx)) return;
    if (smallest && size > smallest.size) return;
    const isResizable = size >= MIN_RESIZABLE_PILL_PX;
    const isAtStart = isResizable && xPx - extent.left <= PILL_EDGE_PX;
    const isAtEnd = isResizable && extent.right - xPx <= PILL_EDGE_PX;
    const part = isAtStart ? 'start' : isAtEnd ? 'end' : 'pill';
    smallest = { target: { kind: 'span', uid, part }, size };
  });
  return smallest as HitCandidate | null;
}

export function hitBody(spans: Spans, { frame }: Scene, xPx: Px, yPx: Px) {
  let smallest: HitCandidate | null = null;
  eachNear(spans, frame, xPx, 0, ({ uid, selected }, at) => {
    if (isFolded(spans.laneOf(at), { selected })) return;
    const left = xOf(frame, spans.leftOf(at));
    const right = xOf(frame, spans.rightOf(at));
    const isInside = xPx >= left && xPx <= right && yPx > laneBottom(spans.laneOf(at));
    if (!isInside || (smallest && right - left > smallest.size)) return;
    // One that fills the view is panned in, as there is no other place to pan.
    const isMoved = selected && (left >= 0 || right <= frame.widthPx);
    const part = isMoved ? 'selected-body' : 'body';
    smallest = { target: { kind: 'span', uid, part }, size: right - left };
  });
  return smallest as HitCandidate | null;
}
