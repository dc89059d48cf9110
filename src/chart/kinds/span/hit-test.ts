import type { Px } from '@/contract/units';
import type { Scene } from '../../chart-geometry';
import {
  EDGE_REACH_PX,
  isInPill,
  laneBottom,
  laneTop,
  pillExtent,
  xOf,
} from '../../overlay-layout';
import { eachNear, type RangeIndex } from '../../range-index';
import type { HitCandidate } from '../kind';
import type { OverlaySpan } from './draw';

/** An unselected span is resized by the ends of its pill only, so that panning is never in doubt. */
const PILL_EDGE_PX = 5;
const MIN_RESIZABLE_PILL_PX = 24;

type Spans = RangeIndex<OverlaySpan>;

export function hitSelectedEdge(spans: Spans, { frame }: Scene, xPx: Px, yPx: Px) {
  let nearest: HitCandidate | null = null;
  let size = EDGE_REACH_PX;
  eachNear(spans, frame, xPx, EDGE_REACH_PX, ({ uid, isAnchor }, at) => {
    if (!isAnchor || yPx < laneTop(spans.lanes[at]!)) return;
    const toStart = Math.abs(xPx - xOf(frame, spans.leftOf(at)));
    const toEnd = Math.abs(xPx - xOf(frame, spans.rightOf(at)));
    if (Math.min(toStart, toEnd) > size) return;
    size = Math.min(toStart, toEnd);
    // Of two edges in one place take the one on the pointer's side, so a thin span can be widened.
    const part = toStart < toEnd ? 'start' : 'end';
    nearest = { target: { kind: 'span', uid, part }, size };
  });
  return nearest as HitCandidate | null;
}

export function hitPill(spans: Spans, { frame }: Scene, xPx: Px, yPx: Px) {
  let smallest: HitCandidate | null = null;
  eachNear(spans, frame, xPx, EDGE_REACH_PX, ({ uid }, at) => {
    const extent = pillExtent(frame, spans.leftOf(at), spans.rightOf(at));
    const size = extent.right - extent.left;
    if (!isInPill(extent, spans.lanes[at]!, xPx, yPx)) return;
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
    const left = xOf(frame, spans.leftOf(at));
    const right = xOf(frame, spans.rightOf(at));
    const isInside = xPx >= left && xPx <= right && yPx > laneBottom(spans.lanes[at]!);
    if (!isInside || (smallest && right - left > smallest.size)) return;
    // One that fills the view is panned in, as there is no other place to pan.
    const isMoved = selected && (left >= 0 || right <= frame.widthPx);
    const part = isMoved ? 'selected-body' : 'body';
    smallest = { target: { kind: 'span', uid, part }, size: right - left };
  });
  return smallest as HitCandidate | null;
}
