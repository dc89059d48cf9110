import type { ChartKind, ItemIndex } from '../kind';
import { drawLevels, type OverlayLevel } from './draw';
import { hitLevel } from './hit-test';

export const level: ChartKind<OverlayLevel, ItemIndex<OverlayLevel>, ItemIndex<OverlayLevel>> = {
  // A level is in view wherever its price is, so that there is nothing to sort by.
  index: (items) => ({ items: [...items.values()], setScale() {} }),
  layer: (index) => index,
  drawOver: drawLevels,
  hitTests: { outline: hitLevel },
  cursors: { body: 'ns-resize' },
};
