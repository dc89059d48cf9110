import type { DrawContext } from '../../draw-context';
import { labelFont } from '../../label-text';
import { logicalAt, MARKER_HEIGHT_PX, MARKER_WIDTH_PX, xOf } from '../../overlay-layout';
import type { MarkerIndex, OverlayMarker } from './marker-index';
import { markerY } from './marker-y';

const RING_PX = 10;

export function drawMarkers(drawing: DrawContext, markers: MarkerIndex) {
  const { pen, frame } = drawing;
  const { start, end } = markers.touching(
    logicalAt(frame, -MARKER_WIDTH_PX),
    logicalAt(frame, frame.widthPx + MARKER_WIDTH_PX),
  );
  let lastColumn = Number.NaN;
  let lastDirection = '';
  for (let at = start; at < end; at++) {
    const marker = markers.items[at]!;
    const x = xOf(frame, markers.logicalOf(at));
    const column = pen.column(x);
    // Zoomed far out, what would land on the same pixels is drawn once.
    if (column === lastColumn && marker.direction === lastDirection && !marker.selected) continue;
    const y = markerY(markers, at, drawing);
    if (y === null) continue;
    lastColumn = column;
    lastDirection = marker.direction;
    drawMarker(drawing, marker, x, y);
  }
}

/** Direction is told by the shape: up, down, and a diamond for neither. */
function drawMarker(
  { pen, colors, text, frame }: DrawContext,
  marker: OverlayMarker,
  x: number,
  y: number,
) {
  const { theme } = colors;
  const across = MARKER_WIDTH_PX / 2;
  const up = MARKER_HEIGHT_PX / 2;
  const shape =
    marker.direction === 'none'
      ? ([
          [x, y - up],
          [x + up, y],
          [x, y + up],
          [x - up, y],
        ] as const)
      : marker.direction === 'up'
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
  pen.polygon(shape, marker.color, theme.canvas);
  if (!marker.selected) return;
  pen.ring(x, y, RING_PX, 1.5, theme.text);
  const label = text.cut(marker.text, 160);
  const textPx = text.startWithin(label, x + RING_PX + 5, frame.widthPx);
  if (label) pen.text(label, textPx, y, theme.text, labelFont(pen.ratio));
}
