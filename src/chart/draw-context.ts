import type { LabelText } from './label-text';
import type { OverlayColors } from './overlay-colors';
import type { Frame } from './overlay-layout';
import type { Pen } from './pen';
import type { TimeScale } from './time-scale';

/** What everything that draws over the candles needs. */
export type DrawContext = {
  pen: Pen;
  frame: Frame;
  timeScale: TimeScale;
  colors: OverlayColors;
  text: LabelText;
};
