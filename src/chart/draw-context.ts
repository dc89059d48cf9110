import type { Scene } from './chart-geometry';
import type { LabelText } from './label-text';
import type { OverlayColors } from './overlay-colors';
import type { Pen } from './pen';

/** What everything that draws over the candles needs. */
export type DrawContext = Scene & { pen: Pen; colors: OverlayColors; text: LabelText };
