import { expect, test } from 'vitest';
import { indexOverlay } from './overlay-index';
import { TimeScale } from './time-scale';
import type { Overlay } from './types';

const empty: Overlay = {
  spans: [],
  markers: [],
  predictions: [],
  draft: null,
  cursorTime: null,
  hidden: false,
};
const at = (startTime: number, endTime: number) => ({
  uid: `${startTime}`,
  startTime,
  endTime,
  text: 'Bull flag',
  color: '#5b9dff',
  selected: false,
  parts: [],
});
const predicted = (startTime: number, endTime: number) => ({
  ...at(startTime, endTime),
  id: startTime,
  score: 0.5,
});

test('a draft that moves leaves everything else as it was', () => {
  const overlay = { ...empty, spans: [at(1, 2)], predictions: [predicted(1, 2)] };
  const index = indexOverlay(overlay, null);
  const moved = { ...overlay, draft: { startTime: 1, endTime: 9, color: '#5b9dff' } };
  const next = indexOverlay(moved, { overlay, index });
  expect(next.spans).toBe(index.spans);
  expect(next.predictions).toBe(index.predictions);
  expect(next.markers).toBe(index.markers);
});

test('predictions take the lanes that spans leave, and move when spans do', () => {
  const overlay = {
    ...empty,
    spans: [at(5, 9)],
    predictions: [predicted(1, 5), predicted(10, 12)],
  };
  const index = indexOverlay(overlay, null);
  expect([...index.spans.lanes]).toEqual([0]);
  expect([...index.predictions.lanes]).toEqual([1, 0]);
  const cleared = { ...overlay, spans: [] };
  expect([...indexOverlay(cleared, { overlay, index }).predictions.lanes]).toEqual([0, 0]);
});

test('a long range that began long ago is found', () => {
  const index = indexOverlay({ ...empty, spans: [at(0, 900), at(10, 12), at(20, 22)] }, null);
  const times = Float64Array.from({ length: 1_000 }, (_, time) => time);
  index.spans.setScale(new TimeScale(1_000, 1, { level: 0, first: 0, times }));
  const { start, end } = index.spans.touching(500, 600);
  expect(index.spans.items.slice(start, end)[0]?.endTime).toBe(900);
});

test('places are those of the bars loaded last', () => {
  const index = indexOverlay({ ...empty, spans: [at(100, 200)] }, null);
  const times = Float64Array.from({ length: 1_000 }, (_, time) => time);
  index.spans.setScale(new TimeScale(1_000, 1, { level: 0, first: 0, times }));
  expect(index.spans.leftOf(0)).toBe(100);
  expect(index.spans.rightOf(0)).toBe(201);
  const slower = times.map((time) => time * 2);
  index.spans.setScale(new TimeScale(1_000, 2, { level: 0, first: 0, times: slower }));
  expect(index.spans.leftOf(0)).toBe(50);
});
