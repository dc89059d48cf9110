import type { DrawContext } from './draw-context';
import { labelFont } from './label-text';
import { extentOf, type RangeIndex } from './overlay-index';
import { laneBottom, laneTop, MIN_TEXT_PX, PILL_PX, pillExtent, xOf } from './overlay-layout';
import type { RangeLayer } from './range-layer';
import type { OverlayPrediction, OverlaySpan } from './types';

const HANDLE_WIDTH_PX = 7;
const HANDLE_HEIGHT_PX = 28;
/** The handles of a thinner span would hide it; its edges can still be dragged. */
const MIN_HANDLED_PX = 20;
const PILL_RADIUS_PX = 4;
/** On a smaller pill round corners are not seen, and cost much where there are thousands. */
const MIN_ROUND_PX = 12;
/** Predictions too narrow for a dashed pill are told from spans by a thin line. */
const NARROW_PREDICTION_PX = 4;
const TEXT_INSET_PX = 6;
const TEXT_END_PX = 3;
/** A label that the score would cut shorter than this is shown without it. */
const MIN_LETTERS_BESIDE_SCORE = 7;
/** Bands thinner than this have no edges. */
const MIN_BAND_PX = 3;
const PART_NAME_PX = 14;

/** Under the candles: the faint bands. */
export function drawBands(drawing: DrawContext, layer: RangeLayer<OverlaySpan>) {
  layer.drawBands(drawing, ({ pen, colors }, depth) => (span, at, left, right) => {
    const shades = colors.of(span.color);
    const top = depth.top(layer.ranges.lanes[at] as number);
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
      const shades = on.colors.of(span.color);
      pill(ranges, at, {
        fill: span.selected ? shades.pillSelected : shades.pill,
        line: span.selected ? shades.edge : shades.line,
        widthPx: span.selected ? 1.5 : 1,
        dashed: false,
      });
    };
  });
  layer.eachSelected(drawing, (_, at) => drawSelected(drawing, ranges, at));
}

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
    const top = laneBottom(ranges.lanes[at] as number);
    pen.dashedEdge(left, top, frame.heightPx, edge);
    pen.dashedEdge(right, top, frame.heightPx, edge);
  });
}

type Pilled = { startTime: number; endTime: number; text: string; score?: number };
type PillStyle = { fill: string; line: string; widthPx: number; dashed: boolean };

function pillDrawer({ pen, frame, colors, text }: DrawContext) {
  const font = labelFont(pen.ratio);
  const scoreFont = labelFont(pen.ratio, 500);
  return <Item extends Pilled>(ranges: RangeIndex<Item>, at: number, style: PillStyle) => {
    const item = ranges.items[at] as Item;
    const lane = ranges.lanes[at] as number;
    const top = laneTop(lane);
    const { left, right } = pillExtent(frame, ranges.leftOf(at), ranges.rightOf(at));
    if (right - left < MIN_ROUND_PX && !style.dashed) {
      pen.box(left, top, right, top + PILL_PX, style.line);
      pen.box(left + 1, top + 1, right - 1, top + PILL_PX - 1, style.fill);
      return;
    }
    pen.pill(left, top, right, top + PILL_PX, { ...style, radiusPx: PILL_RADIUS_PX });
    if (right - left < MIN_TEXT_PX) return;
    // The text of a pill that begins out of sight stays in sight.
    const from = Math.max(left, 0) + TEXT_INSET_PX;
    const room = Math.min(right, frame.widthPx) - TEXT_END_PX - from;
    const middle = top + PILL_PX / 2;
    const score = item.score?.toFixed(2);
    if (score) {
      const beside = text.cut(item.text, room - text.width(score) - 2 * TEXT_INSET_PX);
      if (beside === item.text || beside.length > MIN_LETTERS_BESIDE_SCORE) {
        const scoreFrom = from + text.width(beside) + TEXT_INSET_PX;
        pen.text(beside, from, middle, colors.theme.text, font);
        pen.text(score, scoreFrom, middle, colors.theme.muted, scoreFont);
        return;
      }
    }
    const shown = text.cut(item.text, room);
    if (shown) pen.text(shown, from, middle, colors.theme.text, font);
  };
}

function drawSelected(drawing: DrawContext, spans: RangeIndex<OverlaySpan>, at: number) {
  const { pen, frame, colors } = drawing;
  const span = spans.items[at] as OverlaySpan;
  const { edge } = colors.of(span.color);
  const top = laneBottom(spans.lanes[at] as number);
  const left = xOf(frame, spans.leftOf(at));
  const right = xOf(frame, spans.rightOf(at));
  drawParts(drawing, spans, at, top);
  pen.edge(left, top, frame.heightPx, 2, edge, 1);
  pen.edge(right, top, frame.heightPx, 2, edge, -1);
  if (right - left < MIN_HANDLED_PX) return;
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
  const span = spans.items[at] as OverlaySpan;
  const { line } = colors.of(span.color);
  const font = labelFont(pen.ratio, 500);
  const borders = new Set([spans.leftOf(at), spans.rightOf(at)]);
  for (const part of span.parts) {
    const { left, right } = extentOf(timeScale, part);
    const from = xOf(frame, left);
    const to = xOf(frame, right);
    for (const border of [left, right]) {
      // Where one part follows another there is one line.
      if (!borders.has(border)) pen.edge(xOf(frame, border), top, frame.heightPx, 1, line, 1);
      borders.add(border);
    }
    const start = Math.max(from, 0) + 8;
    const name = to - from < MIN_TEXT_PX ? '' : text.cut(part.name, to - start - 4);
    if (name) pen.text(name, start, frame.heightPx - PART_NAME_PX, colors.theme.muted, font);
  }
}
