import { expect, test } from 'vitest';
import { candleAnchor } from './anchor';
import { newCorners } from './kinds/corners';
import type { LineRecord } from './kinds/line';
import type { RectanglePart, RectangleRecord } from './kinds/rectangle';
import { newSpan } from './kinds/span';
import { movedFields, reshapedFields, timesOf } from './reshape';

const geometry = { startTime: 10, startPrice: 1, endTime: 20, endPrice: 3 };
const stored = { uid: 'u', id: 1 };
const rectangle: RectangleRecord = {
  ...stored,
  kind: 'rectangle',
  ...newCorners('rectangle', { time: 10, geometry }),
};
const line: LineRecord = { ...stored, kind: 'line', ...newCorners('line', { time: 10, geometry }) };
const corner = (part: RectanglePart) =>
  reshapedFields(rectangle, { kind: 'rectangle', uid: 'u', part }, candleAnchor(15, 2));

test('a corner of a rectangle takes its time and its price with it, and the others stay', () => {
  expect(corner('start')).toEqual({
    time: 15,
    geometry: { startTime: 15, startPrice: 2, endTime: 20, endPrice: 3 },
  });
  expect(corner('start-time-end-price')).toEqual({
    time: 15,
    geometry: { startTime: 15, startPrice: 1, endTime: 20, endPrice: 2 },
  });
  expect(corner('end-time-start-price')).toEqual({
    time: 10,
    geometry: { startTime: 10, startPrice: 2, endTime: 15, endPrice: 3 },
  });
  expect(corner('outline')).toBeNull();
});

test('a drag that would leave nothing to see changes nothing', () => {
  const target = { kind: 'line', uid: 'u', part: 'end' } as const;
  expect(reshapedFields(line, target, candleAnchor(10, 1))).toEqual({});
  const flat = { kind: 'rectangle', uid: 'u', part: 'end' } as const;
  expect(reshapedFields(rectangle, flat, candleAnchor(30, 1))).toEqual({});
});

test('a line is moved with both its ends, and its own time', () => {
  const shift = { time: (time: number) => time + 5, price: 2 };
  expect(movedFields(line, shift)).toEqual({
    time: 15,
    geometry: { startTime: 15, startPrice: 3, endTime: 25, endPrice: 5 },
  });
});

test('a span ends with the last candle of the bar that its edge is dragged to', () => {
  const span = newSpan('s', { startTime: 100, endTime: 200, label: 'bull_flag' });
  const week = { time: 300, lastTime: 304, price: Number.NaN };
  const drag = (part: 'start' | 'end') =>
    reshapedFields(span, { kind: 'span', uid: 's', part }, week);
  expect(drag('end')).toEqual({ startTime: 100, endTime: 304 });
  expect(drag('start')).toEqual({ startTime: 200, endTime: 304 });
});

test('the parts of a span go along where it is moved, whatever else old ones hold', () => {
  const span = newSpan('u', {
    ...{ label: 'flag', startTime: 10, endTime: 20 },
    subSpans: [{ name: 'pole', startTime: 10, endTime: 14 }, { from: 3 }],
  });
  expect(timesOf(span)).toEqual([10, 20, 10, 14]);
  expect(movedFields(span, { time: (time) => time + 5, price: 0 })).toEqual({
    startTime: 15,
    endTime: 25,
    subSpans: [{ name: 'pole', startTime: 15, endTime: 19 }, { from: 3 }],
  });
});
