import type { Drawing } from './draw-spans';
import { labelFont } from './label-text';
import type { MarkIndex } from './overlay-index';
import { MARK_HEIGHT_PX, MARK_WIDTH_PX, placeAt, xOf } from './overlay-layout';
import type { OverlayMark } from './types';

const RING_PX = 10;

export function drawMarks(
  drawing: Drawing,
  marks: MarkIndex,
  markY: (mark: number) => number | null,
) {
  const { pen, frame } = drawing;
  const { start, end } = marks.touching(
    placeAt(frame, -MARK_WIDTH_PX),
    placeAt(frame, frame.widthPx + MARK_WIDTH_PX),
  );
  let lastColumn = Number.NaN;
  let lastDirection = '';
  for (let at = start; at < end; at++) {
    const mark = marks.items[at] as OverlayMark;
    const x = xOf(frame, marks.placeOf(at));
    const column = pen.column(x);
    // Zoomed far out, what would land on the same pixels is drawn once.
    if (column === lastColumn && mark.direction === lastDirection && !mark.selected) continue;
    const y = markY(at);
    if (y === null) continue;
    lastColumn = column;
    lastDirection = mark.direction;
    drawMark(drawing, mark, x, y);
  }
}

/** Direction is told by the shape: up, down, and a diamond for neither. */
function drawMark({ pen, colors, text }: Drawing, mark: OverlayMark, x: number, y: number) {
  const { theme } = colors;
  const across = MARK_WIDTH_PX / 2;
  const up = MARK_HEIGHT_PX / 2;
  const shape =
    mark.direction === 'none'
      ? ([
          [x, y - up],
          [x + up, y],
          [x, y + up],
          [x - up, y],
        ] as const)
      : mark.direction === 'up'
        ? ([
            [x, y - up],
            [x + across, y + up],
            [x - across, y + up],
          ] as const)
        : ([
            [x - across, y - up],
            [x + across, y - up],
            [x, y + up],
          ] as const);
  pen.polygon(shape, mark.color, theme.canvas);
  if (!mark.selected) return;
  pen.ring(x, y, RING_PX, 1.5, theme.text);
  const label = text.cut(mark.text, 160);
  if (label) pen.text(label, x + RING_PX + 5, y, theme.text, labelFont(pen.ratio));
}
