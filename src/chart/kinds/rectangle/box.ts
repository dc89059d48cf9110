import type { Point } from '../../corner-points';

export type Box = { left: number; top: number; right: number; bottom: number };

export const boxOf = (start: Point, end: Point): Box => ({
  left: Math.min(start.xPx, end.xPx),
  right: Math.max(start.xPx, end.xPx),
  top: Math.min(start.yPx, end.yPx),
  bottom: Math.max(start.yPx, end.yPx),
});

/** The four corners by the part of the rectangle that they are. */
export const cornersOf = (start: Point, end: Point) =>
  [
    ['start', start],
    ['end', end],
    ['start-time-end-price', { xPx: start.xPx, yPx: end.yPx }],
    ['end-time-start-price', { xPx: end.xPx, yPx: start.yPx }],
  ] as const;
