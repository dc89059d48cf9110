import type { UtcSeconds } from '@/contract/units';
import type { DrawContext } from './draw-context';
import { xOf } from './overlay-layout';

const CARET_PX = 5;

/** The keyboard's bar: a line with a caret at the foot of the pane. */
export function drawCursor({ pen, frame, timeScale, colors }: DrawContext, time: UtcSeconds) {
  const x = xOf(frame, timeScale.startEdge(time) + 0.5);
  const { accent, canvas } = colors.theme;
  const bottom = frame.heightPx;
  pen.edge(x, 0, bottom, 1, accent, 1);
  const middle = x + 0.5 / pen.ratio;
  pen.polygon(
    [
      [middle, bottom - CARET_PX * 1.6],
      [middle + CARET_PX, bottom],
      [middle - CARET_PX, bottom],
    ],
    accent,
    canvas,
  );
}
