/** Room above the first lane for the legend. */
export const LANES_TOP_PX = 34;
export const LANE_PX = 22;
export const PILL_PX = 18;
/** A span of one bar at a coarse zoom keeps a pill that can be hit. */
export const MIN_PILL_PX = 6;
/** Pills narrower than this carry no text. */
export const MIN_TEXT_PX = 30;
export const MARK_WIDTH_PX = 11;
export const MARK_HEIGHT_PX = 9;
/** From the bar's high or low to the mark's tip. */
const MARK_GAP_PX = 6;

/** Where places among the bars lie on the price pane, in CSS pixels. */
export type Frame = {
  /** x of place 0. */
  originPx: number;
  pxPerBar: number;
  widthPx: number;
  heightPx: number;
};

export const xOf = (frame: Frame, place: number) => frame.originPx + place * frame.pxPerBar;
export const placeAt = (frame: Frame, xPx: number) => (xPx - frame.originPx) / frame.pxPerBar;

export type Extent = { left: number; right: number };

/** A pill's sides; never thinner than what can be hit. */
export function pillExtent(frame: Frame, left: number, right: number): Extent {
  const from = xOf(frame, left);
  const to = xOf(frame, right);
  const lacking = Math.max(0, MIN_PILL_PX - (to - from)) / 2;
  return { left: from - lacking, right: to + lacking };
}

export const laneTop = (lane: number) => LANES_TOP_PX + lane * LANE_PX;
export const laneBottom = (lane: number) => laneTop(lane) + PILL_PX;

/** The middle of a mark, from the y of its bar's high and low. */
export function markMiddle(direction: 'up' | 'down' | 'none', highPx: number, lowPx: number) {
  const distance = MARK_GAP_PX + MARK_HEIGHT_PX / 2;
  return direction === 'up' ? lowPx + distance : highPx - distance;
}
