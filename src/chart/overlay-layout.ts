import type { BarIndex, Px } from '@/contract/units';

/** Room above the first lane for the legend. */
export const LANES_TOP_PX = 34;
export const LANE_PX = 22;
const LANES_GAP_PX = 10;
export const PILL_PX = 18;
/** A span of one bar at a coarse zoom keeps a pill that can be hit. */
export const MIN_PILL_PX = 6;
/** Pills narrower than this carry no text. */
export const MIN_TEXT_PX = 30;
export const MARKER_WIDTH_PX = 11;
export const MARKER_HEIGHT_PX = 9;
/** From the bar's high or low to the marker's tip. */
const MARKER_GAP_PX = 6;

/** Where logical indices lie on the price pane, in CSS pixels. */
export type Frame = {
  /** x of logical index 0. */
  originPx: Px;
  pxPerBar: number;
  widthPx: Px;
  heightPx: Px;
};

export const xOf = (frame: Frame, logical: BarIndex): Px =>
  frame.originPx + logical * frame.pxPerBar;
export const logicalAt = (frame: Frame, xPx: Px): BarIndex =>
  (xPx - frame.originPx) / frame.pxPerBar;

export type Extent = { left: Px; right: Px };

/** A pill's sides; never thinner than what can be hit. */
export function pillExtent(frame: Frame, left: BarIndex, right: BarIndex): Extent {
  const from = xOf(frame, left);
  const to = xOf(frame, right);
  const lacking = Math.max(0, MIN_PILL_PX - (to - from)) / 2;
  return { left: from - lacking, right: to + lacking };
}

export const laneTop = (lane: number): Px => LANES_TOP_PX + lane * LANE_PX;
/** Above the prices: the legend, so many lanes, and a gap. */
export const roomAbove = (lanes: number): Px => LANES_TOP_PX + lanes * LANE_PX + LANES_GAP_PX;
export const laneBottom = (lane: number): Px => laneTop(lane) + PILL_PX;

/** The middle of a marker, from the y of its bar's high and low. */
export function markerMiddle(direction: 'up' | 'down' | 'none', highPx: Px, lowPx: Px) {
  const distance = MARKER_GAP_PX + MARKER_HEIGHT_PX / 2;
  return direction === 'up' ? lowPx + distance : highPx - distance;
}

/** Distance from a range's edge at which it is taken. */
export const EDGE_REACH_PX = 8;
const SLACK_PX = 2;

/** Whether a point lies in the pill of a lane, or so near that it was meant. */
export const isInPill = ({ left, right }: Extent, lane: number, xPx: Px, yPx: Px) =>
  yPx >= laneTop(lane) - SLACK_PX &&
  yPx <= laneBottom(lane) + SLACK_PX &&
  xPx >= left - SLACK_PX &&
  xPx <= right + SLACK_PX;
