import { indexRanges, RangeIndex } from '../../range-index';
import { RangeLayer } from '../../range-layer';
import type { ChartKind } from '../kind';
import { drawPredictions, type OverlayPrediction } from './draw';
import { hitPrediction } from './hit-test';

export const prediction: ChartKind<
  OverlayPrediction,
  RangeIndex<OverlayPrediction>,
  RangeLayer<OverlayPrediction>
> = {
  // A person's spans settle first, so a model's threshold moves none of them.
  lanesAfter: 'span',
  index: (items, last, settled) =>
    indexRanges(items, last, settled instanceof RangeIndex ? settled : undefined),
  layer: (index, last) => new RangeLayer(index, last),
  drawOver: drawPredictions,
  hitTests: { pill: hitPrediction },
  cursors: { pill: 'pointer' },
};
