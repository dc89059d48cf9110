import type { DrawContext } from './draw-context';
import { Pen } from './pen';

/** A stretch of the history, in bars of level 0. */
export type Stretch = { from: number; to: number };

/** A bitmap of a stretch at the zoom there is, in device pixels across and `rows` down. */
export function paintBitmap(
  drawing: DrawContext,
  { from, to }: Stretch,
  rows: number,
  rowsPerPx: number,
  paint: (on: DrawContext) => void,
): HTMLCanvasElement {
  const { pxPerBar } = drawing.frame;
  const { ratio } = drawing.pen;
  const bitmap = document.createElement('canvas');
  bitmap.width = Math.ceil((to - from) * pxPerBar * ratio);
  bitmap.height = Math.ceil(rows);
  const context = bitmap.getContext('2d');
  if (!context) return bitmap;
  const widthPx = bitmap.width / ratio;
  paint({
    ...drawing,
    pen: new Pen(context, ratio, rowsPerPx),
    frame: { originPx: -from * pxPerBar, pxPerBar, widthPx, heightPx: rows / rowsPerPx },
  });
  return bitmap;
}
