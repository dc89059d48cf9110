import type { ISeriesPrimitive, Time } from 'lightweight-charts';
import type { Price, Px } from '@/contract/units';
import { FONT_FAMILY } from './chart-options';
import { Pen } from './pen';
import type { ChartTheme } from './theme';
import { AxisPrimitive, type DrawTarget } from './themed-primitive';

const TAG_PX = 18;
const ARROW_PX = 5;
/** Where the axis' own prices begin. */
const TEXT_LEFT_PX = 9;
const FONT_PX = 11;

export type NewestCandle = { open: Price; close: Price };

type Geometry = {
  newest(): NewestCandle | null;
  yOf(price: Price): Px | null;
  heightPx(): Px;
  format(price: Price): string;
};
type Place = { color: string; text: string; yPx: Px; beyond: 'above' | 'below' | null };

/** The close of the newest candle: a dotted line, and a tag on the axis that stays at the edge when the price is off it. */
export class LastPrice extends AxisPrimitive implements ISeriesPrimitive<Time> {
  constructor(
    private readonly geometry: Geometry,
    theme: ChartTheme,
  ) {
    super(theme);
  }

  priceAxisPaneViews() {
    return this.onAxis;
  }

  private place(): Place | null {
    const { geometry, theme } = this;
    const newest = geometry.newest();
    const y = newest && geometry.yOf(newest.close);
    if (!newest || y === null) return null;
    return {
      color: newest.close >= newest.open ? theme.up : theme.down,
      text: geometry.format(newest.close),
      yPx: y,
      beyond: y < 0 ? 'above' : y > geometry.heightPx() ? 'below' : null,
    };
  }

  protected drawUnder(target: DrawTarget) {
    const place = this.place();
    if (!place || place.beyond) return;
    // biome-ignore lint/correctness/useHookAtTopLevel: fancy-canvas, not a hook.
    target.useBitmapCoordinateSpace(
      ({ context, mediaSize, horizontalPixelRatio, verticalPixelRatio }) => {
        new Pen(context, horizontalPixelRatio, verticalPixelRatio).dottedLine(
          0,
          mediaSize.width,
          place.yPx,
          place.color,
        );
      },
    );
  }

  protected drawOnAxis(target: DrawTarget) {
    const place = this.place();
    if (!place) return;
    const { color, text, yPx, beyond } = place;
    const height = this.geometry.heightPx();
    // biome-ignore lint/correctness/useHookAtTopLevel: fancy-canvas, not a hook.
    target.useBitmapCoordinateSpace(
      ({ context, mediaSize, horizontalPixelRatio, verticalPixelRatio }) => {
        const pen = new Pen(context, horizontalPixelRatio, verticalPixelRatio);
        const half = TAG_PX / 2;
        const room = half + (beyond ? ARROW_PX : 0);
        const middle = Math.min(Math.max(yPx, room), height - room);
        const right = mediaSize.width;
        pen.box(0, middle - half, right, middle + half, color);
        if (beyond) {
          const base = beyond === 'above' ? middle - half : middle + half;
          const tip = beyond === 'above' ? base - ARROW_PX : base + ARROW_PX;
          const center = right / 2;
          pen.polygon(
            [
              [center - ARROW_PX * 1.4, base],
              [center + ARROW_PX * 1.4, base],
              [center, tip],
            ],
            color,
          );
        }
        const font = `600 ${FONT_PX * pen.ratio}px ${FONT_FAMILY}`;
        pen.text(text, TEXT_LEFT_PX, middle, this.theme.canvas, font);
      },
    );
  }
}
