import type { UtcSeconds } from '@/contract/units';
import type { DrawContext } from '../../draw-context';
import { isFolded } from '../../folded-pills';
import { labelFont } from '../../label-text';
import { laneBottom, MIN_TEXT_PX, PILL_PX, xOf } from '../../overlay-layout';
import { pillDrawer } from '../../pill';
import { extentOf, type RangeIndex } from '../../range-index';
import type { RangeLayer } from '../../range-layer';

export type OverlayPart = {
  name: string;
  startTime: UtcSeconds;
  endTime: UtcSeconds;
  /** Among all that the span holds. */
  index: number;
  chosen: boolean;
};
export type OverlaySpan = {
  uid: string;
  startTime: UtcSeconds;
  /** The time of the last bar that belongs to it. */
  endTime: UtcSeconds;
  text: string;
  color: string;
  selected: boolean;
  /** It may not be where it is drawn or moved to. */
  isRefused: boolean;
  /** Of what is selected the one with handles and parts. */
  isAnchor: boolean;
  parts: readonly OverlayPart[];
};

const HANDLE_WIDTH_PX = 7;
const HANDLE_HEIGHT_PX = 28;
/** The handles of a thinner span would hide it; its edges can still be dragged. */
const MIN_HANDLED_PX = 20;
/** Bands thinner than this have no edges. */
const MIN_BAND_PX = 3;
const PART_NAME_PX = 14;

/** What is refused has a colour of its own, and dashes where others have lines. */
export const shadesOf = (
  { colors }: Pick<DrawContext, 'colors'>,
  { color, isRefused }: Pick<OverlaySpan, 'color' | 'isRefused'>,
) => colors.of(isRefused ? colors.theme.down : color);

/** Under the candles: the faint bands. */
export function drawBands(drawing: DrawContext, layer: RangeLayer<OverlaySpan>) {
  layer.drawBands(drawing, ({ pen, colors }, depth) => (span, at, left, right) => {
    if (isFolded(layer.ranges.laneOf(at), span)) return;
    const shades = shadesOf({ colors }, span);
    const top = depth.top(layer.ranges.laneOf(at));
    pen.box(left, top, right, depth.bottom, span.selected ? shades.bandSelected : shades.band);
    if (span.selected || right - left < MIN_BAND_PX) return;
    pen.edge(left, top, depth.bottom, 1, shades.hairline, 1);
    pen.edge(right, top, depth.bottom, 1, shades.hairline, -1);
  });
}

/** Over the candles: pills, and what shows that a span is selected. */
export function drawSpans(drawing: DrawContext, layer: RangeLayer<OverlaySpan>) {
  const { ranges } = layer;
  layer.drawPills(drawing, PILL_PX, (on) => {
    const pill = pillDrawer(on);
    return (span, at) => {
      const shades = shadesOf(on, span);
      pill(ranges, at, {
        fill: span.selected ? shades.pillSelected : shades.pill,
        line: span.selected ? shades.edge : shades.line,
        widthPx: span.selected ? 1.5 : 1,
        dashed: span.isRefused,
      });
    };
  });
  layer.eachSelected(drawing, (_, at) => drawSelected(drawing, ranges, at));
}

function drawSelected(drawing: DrawContext, spans: RangeIndex<OverlaySpan>, at: number) {
  const { pen, frame, colors } = drawing;
  const span = spans.items.at(at)!;
  const { edge } = shadesOf({ colors }, span);
  const top = laneBottom(spans.laneOf(at));
  const left = xOf(frame, spans.leftOf(at));
  const right = xOf(frame, spans.rightOf(at));
  if (span.isAnchor) drawParts(drawing, spans, at, top);
  if (span.isRefused) {
    pen.dashedEdge(left, top, frame.heightPx, edge);
    pen.dashedEdge(right, top, frame.heightPx, edge);
    return;
  }
  pen.edge(left, top, frame.heightPx, 2, edge, 1);
  pen.edge(right, top, frame.heightPx, 2, edge, -1);
  if (!span.isAnchor || right - left < MIN_HANDLED_PX) return;
  const middle = Math.max(top, frame.heightPx / 2);
  for (const x of [left + 1, right - 1]) {
    const half = HANDLE_WIDTH_PX / 2;
    pen.pill(x - half, middle - HANDLE_HEIGHT_PX / 2, x + half, middle + HANDLE_HEIGHT_PX / 2, {
      fill: edge,
      line: edge,
      widthPx: 1,
      dashed: false,
      radiusPx: half,
    });
  }
}

function drawParts(drawing: DrawContext, spans: RangeIndex<OverlaySpan>, at: number, top: number) {
  const { pen, frame, colors, text, timeScale } = drawing;
  const span = spans.items.at(at)!;
  const { line, edge, bandSelected } = colors.of(span.color);
  const font = labelFont(pen.ratio, 500);
  const borders = new Set([spans.leftOf(at), spans.rightOf(at)]);
  for (const part of span.parts) {
    const { left, right } = extentOf(timeScale, part);
    const from = xOf(frame, left);
    const to = xOf(frame, right);
    if (part.chosen) pen.box(from, top, to, frame.heightPx, bandSelected);
    for (const border of [left, right]) {
      const color = part.chosen ? edge : line;
      // Where one part follows another there is one line.
      if (!borders.has(border)) pen.edge(xOf(frame, border), top, frame.heightPx, 1, color, 1);
      borders.add(border);
    }
    const start = Math.max(from, 0) + 8;
    const name = to - from < MIN_TEXT_PX ? '' : text.cut(part.name, to - start - 4);
    if (name) pen.text(name, start, frame.heightPx - PART_NAME_PX, colors.theme.muted, font);
  }
}
