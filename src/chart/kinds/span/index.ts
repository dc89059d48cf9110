import { indexRanges, type RangeIndex } from '../../range-index';
import { RangeLayer } from '../../range-layer';
import type { ChartKind } from '../kind';
import { drawDraft, drawDraftBand } from './draft';
import { drawBands, drawSpans, type OverlaySpan } from './draw';
import { hitBody, hitPill, hitSelectedEdge } from './hit-test';

export const span: ChartKind<OverlaySpan, RangeIndex<OverlaySpan>, RangeLayer<OverlaySpan>> = {
  index: (items, last) => indexRanges(items, last),
  layer: (index, last) => new RangeLayer(index, last),
  drawUnder: drawBands,
  drawOver: drawSpans,
  drawDraftUnder: drawDraftBand,
  drawDraft,
  hitTests: { handle: hitSelectedEdge, pill: hitPill, body: hitBody },
  cursors: {
    start: 'ew-resize',
    end: 'ew-resize',
    pill: 'pointer',
    'selected-body': 'move',
    'part-start': 'ew-resize',
    'part-end': 'ew-resize',
  },
};
