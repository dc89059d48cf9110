import type { DrawContext } from './draw-context';
import { Pen } from './pen';

/** A stretch of the history, in bars of level 0. */
export type Stretch = { from: number; to: number };

/** Paints a stretch at the zoom there is, in device pixels across and `rows` down, in the place of what was there. */
export function paintBitmap(
  bitmap: HTMLCanvasElement,
  drawing: DrawContext,
  { from, to }: Stretch,
  rows: number,
  rowsPerPx: number,
  paint: (on: DrawContext) => void,
): HTMLCanvasElement {
  const { pxPerBar } = drawing.frame;
  const { ratio } = drawing.pen;
  clear(bitmap, widthOf({ from, to }, pxPerBar * ratio), Math.ceil(rows));
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

/** In whole pixels; the same for a stretch of the same width elsewhere. */
export const widthOf = ({ from, to }: Stretch, pxPerBar: number): number =>
  Math.ceil((to - from) * pxPerBar - 1e-6);

/** Empty, and of this size: another size takes other memory. */
export function clear(bitmap: HTMLCanvasElement, width: number, height: number) {
  if (bitmap.width === width && bitmap.height === height) {
    bitmap.getContext('2d')?.reset();
    return;
  }
  bitmap.width = width;
  bitmap.height = height;
}
