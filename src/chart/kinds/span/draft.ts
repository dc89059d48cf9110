import type { BarIndex } from '@/contract/units';
import { FOLDED_LANE } from '@/editor/lanes';
import type { DrawContext } from '../../draw-context';
import { labelFont } from '../../label-text';
import { laneBottom, laneTop, PILL_PX, xOf } from '../../overlay-layout';
import { extentOf, RangeIndex } from '../../range-index';
import type { OtherIndices } from '../kind';
import { type OverlaySpan, shadesOf } from './draw';

/** The span being drawn, as it will look once it is there and selected: under the candles its band. */
export function drawDraftBand(
  { pen, frame, timeScale, colors }: DrawContext,
  draft: OverlaySpan,
  others: OtherIndices | null,
) {
  const { left, right } = extentOf(timeScale, draft);
  const top = laneBottom(others ? freeLane(others, left, right) : 0);
  const { bandSelected } = shadesOf({ colors }, draft);
  pen.box(xOf(frame, left), top, xOf(frame, right), frame.heightPx, bandSelected);
}

/** And over them its pill and edges. */
export function drawDraft(
  { pen, frame, timeScale, colors, text }: DrawContext,
  draft: OverlaySpan,
  others: OtherIndices | null,
) {
  const extent = extentOf(timeScale, draft);
  const lane = others ? freeLane(others, extent.left, extent.right) : 0;
  const shades = shadesOf({ colors }, draft);
  const left = xOf(frame, extent.left);
  const right = xOf(frame, extent.right);
  const bottom = frame.heightPx;
  if (draft.isRefused) {
    pen.dashedEdge(left, laneBottom(lane), bottom, shades.edge);
    pen.dashedEdge(right, laneBottom(lane), bottom, shades.edge);
  } else {
    pen.edge(left, laneBottom(lane), bottom, 2, shades.edge, 1);
    pen.edge(right, laneBottom(lane), bottom, 2, shades.edge, -1);
  }
  pen.pill(left, laneTop(lane), right, laneBottom(lane), {
    fill: shades.pillSelected,
    line: shades.edge,
    widthPx: 1.5,
    dashed: draft.isRefused,
    radiusPx: 4,
  });
  const label = text.cut(draft.text, right - left - 12);
  const middle = laneTop(lane) + PILL_PX / 2;
  if (label) pen.text(label, left + 6, middle, colors.theme.text, labelFont(pen.ratio));
}

function freeLane(others: OtherIndices, from: BarIndex, to: BarIndex): number {
  const occupied = new Set<number>();
  for (const ranges of Object.values(others)) {
    if (!(ranges instanceof RangeIndex)) continue;
    const { start, end } = ranges.touching(from, to);
    for (let at = start; at < end; at++) {
      if (ranges.leftOf(at) < to && ranges.rightOf(at) > from) occupied.add(ranges.laneOf(at));
    }
  }
  let lane = 0;
  while (lane < FOLDED_LANE && occupied.has(lane)) lane++;
  return lane;
}
