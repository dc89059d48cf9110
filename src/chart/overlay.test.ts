import { expect, test } from 'vitest';
import type { OverlayPrediction } from './kinds/prediction/draw';
import type { OverlaySpan } from './kinds/span/draw';
import { indexOverlay, NO_OVERLAY, type Overlay } from './overlay';
import type { RangeIndex, TimeRange } from './range-index';
import { itemsOf } from './testing-items';
import { TimeScale } from './time-scale';

const lanesOf = (index: RangeIndex<TimeRange>) =>
  Array.from({ length: index.items.length }, (_, at) => index.laneOf(at));

const overlayOf = (spans: OverlaySpan[], predictions: OverlayPrediction[] = []): Overlay => ({
  ...NO_OVERLAY,
  items: { ...NO_OVERLAY.items, ...itemsOf({ span: spans, prediction: predictions }) },
});
const at = (startTime: number, endTime: number) => ({
  uid: `${startTime}`,
  startTime,
  endTime,
  text: 'Bull flag',
  color: '#5b9dff',
  selected: false,
  isAnchor: false,
  isRefused: false,
  parts: [],
});
const predicted = (startTime: number, endTime: number) => ({
  ...at(startTime, endTime),
  score: '0.50',
  badge: null,
});

test('a draft that moves leaves everything else as it was', () => {
  const overlay = overlayOf([at(1, 2)], [predicted(1, 2)]);
  const indices = indexOverlay(overlay, null);
  const moved: Overlay = { ...overlay, draft: { kind: 'span', item: at(1, 9) } };
  const next = indexOverlay(moved, { overlay, indices });
  expect(next).toEqual(indices);
  expect(next.span).toBe(indices.span);
  expect(next.prediction).toBe(indices.prediction);
});

test('predictions take the lanes that spans leave, and move when spans do', () => {
  const overlay = overlayOf([at(5, 9)], [predicted(1, 5), predicted(10, 12)]);
  const indices = indexOverlay(overlay, null);
  expect(lanesOf(indices.span)).toEqual([0]);
  expect(lanesOf(indices.prediction)).toEqual([1, 0]);
  const cleared = { ...overlay, items: { ...overlay.items, ...itemsOf({ span: [] }) } };
  expect(lanesOf(indexOverlay(cleared, { overlay, indices }).prediction)).toEqual([0, 0]);
});

test('a long range that began long ago is found', () => {
  const { span } = indexOverlay(overlayOf([at(0, 900), at(10, 12), at(20, 22)]), null);
  const times = Float64Array.from({ length: 1_000 }, (_, time) => time);
  span.setScale(new TimeScale(1_000, 1, { level: 0, first: 0, times }));
  const { start, end } = span.touching(500, 600);
  expect(span.items.slice(start, end)[0]?.endTime).toBe(900);
});

test('places are those of the bars loaded last', () => {
  const { span } = indexOverlay(overlayOf([at(100, 200)]), null);
  const times = Float64Array.from({ length: 1_000 }, (_, time) => time);
  span.setScale(new TimeScale(1_000, 1, { level: 0, first: 0, times }));
  expect(span.leftOf(0)).toBe(100);
  expect(span.rightOf(0)).toBe(201);
  const slower = times.map((time) => time * 2);
  span.setScale(new TimeScale(1_000, 2, { level: 0, first: 0, times: slower }));
  expect(span.leftOf(0)).toBe(50);
});
