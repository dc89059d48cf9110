import type { ChartKind } from '../kind';
import { drawMarkers } from './draw';
import { hitMarker } from './hit-test';
import { MarkerIndex, type OverlayMarker } from './marker-index';

export const marker: ChartKind<OverlayMarker, MarkerIndex, MarkerIndex> = {
  index: (items) => new MarkerIndex([...items.values()]),
  layer: (index) => index,
  drawOver: drawMarkers,
  hitTests: { point: hitMarker },
  cursors: { body: 'pointer' },
};
