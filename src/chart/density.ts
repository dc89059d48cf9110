import type { Px } from '@/contract/units';
/** A range narrower than a pixel on its way into columns of pixels. */
export type SubPixelRange = { left: number; right: number; lane: number; rgb: number };

/** Pixels, a row per lane and one above them for all lanes together; RGBA in memory order. */
export type Density = {
  widthPx: Px;
  lanes: number;
  pixels: Uint8ClampedArray<ArrayBuffer>;
};

/**
 * Which columns of which lane are occupied, and in what colour, by ranges that are too narrow to be
 * drawn one by one. `left` and `right` are device pixels; each range takes at least one column.
 */
export function rasterizeDensity(
  ranges: Iterable<SubPixelRange>,
  widthPx: Px,
  lanes: number,
  opacity: { all: number; lane: number },
): Density {
  const pixels = new Uint8ClampedArray(widthPx * (lanes + 1) * 4);
  const words = new DataView(pixels.buffer);
  const all = Math.round(opacity.all * 255);
  const one = Math.round(opacity.lane * 255);
  for (const { left, right, lane, rgb } of ranges) {
    if (right < 0 || left >= widthPx) continue;
    const from = Math.max(0, Math.floor(left));
    const to = Math.min(widthPx, Math.max(from + 1, Math.ceil(right)));
    for (let column = from; column < to; column++) {
      words.setUint32(column * 4, rgb * 256 + all);
      words.setUint32(((lane + 1) * widthPx + column) * 4, rgb * 256 + one);
    }
  }
  return { widthPx, lanes, pixels };
}
