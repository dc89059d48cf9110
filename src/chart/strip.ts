import type { Drawing } from './draw-spans';
import { Pen } from './pen';

/** A stretch of the history, in bars of level 0. */
export type Stretch = { from: number; to: number };

/** A picture of a stretch at the zoom there is, in device pixels across and `rows` down. */
export function paintStrip(
  drawing: Drawing,
  { from, to }: Stretch,
  rows: number,
  rowsPerPx: number,
  paint: (on: Drawing) => void,
): HTMLCanvasElement {
  const { pxPerBar } = drawing.frame;
  const { ratio } = drawing.pen;
  const strip = document.createElement('canvas');
  strip.width = Math.ceil((to - from) * pxPerBar * ratio);
  strip.height = Math.ceil(rows);
  const context = strip.getContext('2d');
  if (!context) return strip;
  const widthPx = strip.width / ratio;
  paint({
    ...drawing,
    pen: new Pen(context, ratio, rowsPerPx),
    frame: { originPx: -from * pxPerBar, pxPerBar, widthPx, heightPx: rows / rowsPerPx },
  });
  return strip;
}
