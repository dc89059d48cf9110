import { CornerIndex, type Corners } from '../../corner-index';
import type { ChartKind } from '../kind';
import { drawLine, drawLines } from './draw';
import { hitLine, hitLineEnd } from './hit-test';

export type OverlayLine = Corners & {
  uid: string;
  text: string;
  color: string;
  selected: boolean;
};

export const line: ChartKind<OverlayLine, CornerIndex<OverlayLine>, CornerIndex<OverlayLine>> = {
  index: (items) => new CornerIndex(items),
  layer: (index) => index,
  drawOver: drawLines,
  drawDraft: drawLine,
  hitTests: { handle: hitLineEnd, outline: hitLine },
  cursors: { body: 'pointer', start: 'grab', end: 'grab' },
};
