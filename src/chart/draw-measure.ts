import type { Px } from '@/contract/units';
import type { Corners } from './corner-index';
import { pointsOf } from './corner-points';
import type { DrawContext } from './draw-context';
import { labelFont } from './label-text';
import { withAlpha } from './theme';

/** From where to where, and what is said of it: price above, time under it. */
export type OverlayMeasure = Corners & { lines: readonly [string, string] };

const FILL = 0.12;
const ARROW_PX = 5;
const PLATE_HEIGHT_PX = 38;
const PLATE_INSET_PX = 10;
const PLATE_GAP_PX = 6;
const LINE_PX = 15;

/** A box with an arrow along the prices and one along the bars, and a plate beside it. */
export function drawMeasure(context: DrawContext, measure: OverlayMeasure) {
  const points = pointsOf(measure, context);
  if (!points) return;
  const [start, end] = points;
  const { pen, colors } = context;
  const { accent } = colors.theme;
  const box = {
    left: Math.min(start.xPx, end.xPx),
    right: Math.max(start.xPx, end.xPx),
    top: Math.min(start.yPx, end.yPx),
    bottom: Math.max(start.yPx, end.yPx),
  };
  pen.box(box.left, box.top, box.right, box.bottom, withAlpha(accent, FILL));
  pen.outline(box, 1, accent);
  const middle = { xPx: (box.left + box.right) / 2, yPx: (box.top + box.bottom) / 2 };
  arrow(context, { ...start, xPx: middle.xPx }, { ...end, xPx: middle.xPx });
  arrow(context, { ...start, yPx: middle.yPx }, { ...end, yPx: middle.yPx });
  drawPlate(context, measure.lines, middle.xPx, box);
}

type Place = { xPx: Px; yPx: Px };

function arrow({ pen, colors }: DrawContext, from: Place, to: Place) {
  const { accent } = colors.theme;
  const [across, down] = [to.xPx - from.xPx, to.yPx - from.yPx];
  const length = Math.hypot(across, down);
  if (length < 2 * ARROW_PX) return;
  const [x, y] = [across / length, down / length];
  pen.line(from, to, 1, accent);
  const at = (back: Px, aside: Px) =>
    [to.xPx - x * back - y * aside, to.yPx - y * back + x * aside] as const;
  pen.polygon([at(0, 0), at(ARROW_PX * 1.4, ARROW_PX), at(ARROW_PX * 1.4, -ARROW_PX)], accent);
}

/** Above the box, or under it where there is no room; always in sight. */
function drawPlate(
  { pen, frame, colors }: DrawContext,
  lines: OverlayMeasure['lines'],
  middle: Px,
  { top, bottom }: { top: Px; bottom: Px },
) {
  const { accent, canvas } = colors.theme;
  const fonts = [labelFont(pen.ratio, 700), labelFont(pen.ratio, 500)];
  const widths = lines.map((line, at) => pen.widthOf(line, fonts[at]!));
  const width = Math.max(...widths) + 2 * PLATE_INSET_PX;
  const left = Math.min(Math.max(middle - width / 2, 2), frame.widthPx - width - 2);
  const above = top - PLATE_GAP_PX - PLATE_HEIGHT_PX;
  const wanted = above < 2 ? bottom + PLATE_GAP_PX : above;
  const y = Math.min(Math.max(wanted, 2), frame.heightPx - PLATE_HEIGHT_PX - 2);
  const style = { fill: accent, line: accent, widthPx: 1, dashed: false, radiusPx: 5 };
  pen.pill(left, y, left + width, y + PLATE_HEIGHT_PX, style);
  for (const [at, line] of lines.entries()) {
    const lineY = y + PLATE_HEIGHT_PX / 2 + (at - 0.5) * LINE_PX;
    pen.text(line, left + (width - widths[at]!) / 2, lineY, canvas, fonts[at]!);
  }
}
