import type { CornerIndex, Corners } from '../../corner-index';
import { eachBetween, type Point, pointsOf } from '../../corner-points';
import type { DrawContext } from '../../draw-context';
import { drawHandle } from '../../handles';
import { labelFont } from '../../label-text';
import { type Box, boxOf, cornersOf } from './box';

export type OverlayRectangle = Corners & {
  uid: string;
  /** With its prices; stands above the top edge. */
  text: string;
  color: string;
  selected: boolean;
};

const WIDTH_PX = 1;
const SELECTED_WIDTH_PX = 1.5;
/** The text's middle lies so far above the top edge. */
const TEXT_RISE_PX = 9;

type Rectangles = CornerIndex<OverlayRectangle>;

/** Under the candles, so that they stay readable. */
export function drawFills(context: DrawContext, index: Rectangles) {
  eachBetween(index, context, 0, context.frame.widthPx, (item, start, end) =>
    fill(context, item, boxOf(start, end)),
  );
}

export function drawFill(context: DrawContext, item: OverlayRectangle) {
  const points = pointsOf(item, context);
  if (points) fill(context, item, boxOf(...points));
}

export function drawOutlines(context: DrawContext, index: Rectangles) {
  eachBetween(index, context, 0, context.frame.widthPx, (item, start, end) =>
    outline(context, item, start, end),
  );
}

export function drawOutline(context: DrawContext, item: OverlayRectangle) {
  const points = pointsOf(item, context);
  if (points) outline(context, item, ...points);
}

const isInSight = ({ frame }: DrawContext, { top, bottom }: Box) =>
  top <= frame.heightPx && bottom >= 0;

function fill(context: DrawContext, item: OverlayRectangle, box: Box) {
  if (!isInSight(context, box)) return;
  const { band, bandSelected } = context.colors.of(item.color);
  const { left, top, right, bottom } = box;
  context.pen.box(left, top, right, bottom, item.selected ? bandSelected : band);
}

function outline(context: DrawContext, item: OverlayRectangle, start: Point, end: Point) {
  const { pen, colors, text, frame } = context;
  const box = boxOf(start, end);
  if (!isInSight(context, box)) return;
  pen.outline(box, item.selected ? SELECTED_WIDTH_PX : WIDTH_PX, item.color);
  // The text of one that begins out of sight stays in sight.
  const left = Math.max(box.left, 0) + 1;
  const room = Math.min(box.right, frame.widthPx) - left;
  const label = item.selected ? item.text : text.cut(item.text, room);
  const middle = box.top - TEXT_RISE_PX;
  const x = text.startWithin(label, left, frame.widthPx);
  if (label) pen.text(label, x, middle, colors.theme.text, labelFont(pen.ratio));
  if (!item.selected) return;
  for (const [, corner] of cornersOf(start, end)) drawHandle(context, corner, item.color);
}
