import type { Px } from '@/contract/units';
/** Columns of pixels, and how a range narrower than a pixel is added to them. */
export type Density = {
  /** A row per lane and one above them for all lanes together; RGBA in memory order. */
  pixels: Uint8ClampedArray<ArrayBuffer>;
  /** `left` and `right` are device pixels; each range takes at least one column. */
  add(left: Px, right: Px, lane: number, color: string): void;
};

/**
 * Which columns of which lane are occupied, and in what colour (`#rrggbb`), by ranges that are too narrow to be
 * drawn one by one.
 */
export function createDensity(
  widthPx: Px,
  lanes: number,
  opacity: { all: number; lane: number },
): Density {
  const pixels = new Uint8ClampedArray(widthPx * (lanes + 1) * 4);
  const words = new DataView(pixels.buffer);
  const all = Math.round(opacity.all * 255);
  const one = Math.round(opacity.lane * 255);
  const known = new Map<string, number>();
  const rgbOf = (color: string) => {
    const rgb = known.get(color) ?? Number.parseInt(color.slice(1), 16);
    known.set(color, rgb);
    return rgb;
  };
  return {
    pixels,
    add(left, right, lane, color) {
      if (right < 0 || left >= widthPx) return;
      const rgb = rgbOf(color);
      const from = Math.max(0, Math.floor(left));
      const to = Math.min(widthPx, Math.max(from + 1, Math.ceil(right)));
      for (let column = from; column < to; column++) {
        words.setUint32(column * 4, rgb * 256 + all);
        words.setUint32(((lane + 1) * widthPx + column) * 4, rgb * 256 + one);
      }
    },
  };
}
