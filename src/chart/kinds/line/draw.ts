import type { CornerIndex, Corners } from '../../corner-index';
import { eachBetween, type Point, pointsOf } from '../../corner-points';
import type { DrawContext } from '../../draw-context';
import { drawHandle } from '../../handles';
import { labelFont } from '../../label-text';

export type OverlayLine = Corners & {
  uid: string;
  text: string;
  color: string;
  selected: boolean;
};

const WIDTH_PX = 1.5;
const SELECTED_WIDTH_PX = 2;
const TEXT_GAP_PX = 8;
const MAX_TEXT_PX = 160;

export function drawLines(context: DrawContext, index: CornerIndex<OverlayLine>) {
  const { widthPx } = context.frame;
  eachBetween(index, context, 0, widthPx, (item, start, end) => draw(context, item, start, end));
}

export function drawLine(context: DrawContext, item: OverlayLine) {
  const points = pointsOf(item, context);
  if (points) draw(context, item, ...points);
}

function draw(context: DrawContext, item: OverlayLine, start: Point, end: Point) {
  const { pen, text, colors, frame } = context;
  const top = Math.min(start.yPx, end.yPx);
  if (top > frame.heightPx || Math.max(start.yPx, end.yPx) < 0) return;
  pen.line(start, end, item.selected ? SELECTED_WIDTH_PX : WIDTH_PX, item.color);
  if (!item.selected) return;
  drawHandle(context, start, item.color);
  drawHandle(context, end, item.color);
  const last = start.xPx > end.xPx ? start : end;
  const label = text.cut(item.text, MAX_TEXT_PX);
  const x = text.startWithin(label, last.xPx + TEXT_GAP_PX, frame.widthPx);
  if (label) pen.text(label, x, last.yPx, colors.theme.text, labelFont(pen.ratio));
}
