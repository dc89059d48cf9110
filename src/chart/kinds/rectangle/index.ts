import { CornerIndex } from '../../corner-index';
import type { ChartKind } from '../kind';
import { drawFill, drawFills, drawOutline, drawOutlines, type OverlayRectangle } from './draw';
import { hitCorner, hitInside, hitOutline } from './hit-test';

export const rectangle: ChartKind<
  OverlayRectangle,
  CornerIndex<OverlayRectangle>,
  CornerIndex<OverlayRectangle>
> = {
  index: (items) => new CornerIndex([...items.values()]),
  layer: (index) => index,
  drawUnder: drawFills,
  drawOver: drawOutlines,
  drawDraftUnder: drawFill,
  drawDraft: drawOutline,
  hitTests: { handle: hitCorner, outline: hitOutline, body: hitInside },
  cursors: {
    outline: 'pointer',
    start: 'grab',
    end: 'grab',
    'start-time-end-price': 'grab',
    'end-time-start-price': 'grab',
  },
};
