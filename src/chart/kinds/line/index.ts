import { CornerIndex } from '../../corner-index';
import type { ChartKind } from '../kind';
import { drawLine, drawLines, type OverlayLine } from './draw';
import { hitLine, hitLineEnd } from './hit-test';

export const line: ChartKind<OverlayLine, CornerIndex<OverlayLine>, CornerIndex<OverlayLine>> = {
  index: (items) => new CornerIndex([...items.values()]),
  layer: (index) => index,
  drawOver: drawLines,
  drawDraft: drawLine,
  hitTests: { handle: hitLineEnd, outline: hitLine },
  cursors: { body: 'pointer', start: 'grab', end: 'grab' },
};
