import type { UtcSeconds } from '@/contract/units';
import type { DrawContext } from '../../draw-context';
import { laneBottom } from '../../overlay-layout';
import { type PillBadge, pillDrawer } from '../../pill';
import type { RangeLayer } from '../../range-layer';

export type OverlayPrediction = {
  uid: string;
  startTime: UtcSeconds;
  endTime: UtcSeconds;
  text: string;
  /** As it is shown. */
  score: string;
  color: string;
  selected: boolean;
  /** Whether something speaks against it, or is to be known beside it. */
  badge: PillBadge | null;
};

/** Predictions too narrow for a dashed pill are told from spans by a thin line. */
const NARROW_PREDICTION_PX = 4;

/** A dashed pill without a band, so that nobody takes it for a person’s label. */
export function drawPredictions(drawing: DrawContext, layer: RangeLayer<OverlayPrediction>) {
  const { pen, frame, colors } = drawing;
  const { ranges } = layer;
  layer.drawPills(drawing, NARROW_PREDICTION_PX, (on) => {
    const pill = pillDrawer(on);
    return (prediction, at) => {
      const shades = on.colors.of(prediction.color);
      pill(ranges, at, {
        fill: prediction.selected ? shades.pillSelected : shades.pillPredicted,
        line: shades.edge,
        widthPx: prediction.selected ? 1.5 : 1,
        dashed: true,
      });
    };
  });
  layer.eachSelected(drawing, (prediction, at, left, right) => {
    const { edge } = colors.of(prediction.color);
    const top = laneBottom(ranges.laneOf(at));
    pen.dashedEdge(left, top, frame.heightPx, edge);
    pen.dashedEdge(right, top, frame.heightPx, edge);
  });
}
