import { expect, test } from 'vitest';
import type { Scene } from '../../chart-geometry';
import { hitTest } from '../../hit-test';
import { eachKind, indexOverlay, NO_OVERLAY } from '../../overlay';
import { type GivenItems, itemsOf } from '../../testing-items';
import { TimeScale } from '../../time-scale';

/** Bars are ten pixels wide, a bar's time is its index, and a price is its own y. */
const times = Float64Array.from({ length: 100 }, (_, index) => index);
const timeScale = new TimeScale(100, 1, { level: 0, first: 0, times });
const scene: Scene = {
  frame: { originPx: 0, pxPerBar: 10, widthPx: 1_000, heightPx: 600 },
  timeScale,
  yOf: (price) => Number(price),
  barHolding: () => null,
};
// From (105, 100) to (205, 200), drawn from right to left.
const corners = { startTime: 20, startPrice: 200, endTime: 10, endPrice: 100 };
const item = { uid: 'u', text: '', color: '#5b9dff', selected: false, ...corners };

function hitAt(given: GivenItems, xPx: number, yPx: number) {
  const items = { ...NO_OVERLAY.items, ...itemsOf(given) };
  const indices = indexOverlay({ ...NO_OVERLAY, items }, null);
  for (const [kind] of eachKind()) indices[kind].setScale(timeScale);
  return hitTest(indices, scene, xPx, yPx);
}

test('a line is hit along itself, and at its ends once it is selected', () => {
  const body = { kind: 'line', uid: 'u', part: 'body' };
  expect(hitAt({ line: [item] }, 155, 152)).toEqual(body);
  expect(hitAt({ line: [item] }, 155, 165)).toBeNull();
  expect(hitAt({ line: [item] }, 205, 200)).toEqual(body);
  expect(hitAt({ line: [item] }, 215, 210)).toBeNull();
  const selected = [{ ...item, selected: true }];
  expect(hitAt({ line: selected }, 203, 202)).toMatchObject({ part: 'start' });
  expect(hitAt({ line: selected }, 106, 97)).toMatchObject({ part: 'end' });
});

test('a rectangle is moved by its outline, reshaped by its corners, and panned through', () => {
  expect(hitAt({ rectangle: [item] }, 150, 101)).toMatchObject({ part: 'outline' });
  expect(hitAt({ rectangle: [item] }, 150, 150)).toMatchObject({ part: 'inside' });
  expect(hitAt({ rectangle: [item] }, 150, 210)).toBeNull();
  const selected = [{ ...item, selected: true }];
  expect(hitAt({ rectangle: selected }, 150, 150)).toMatchObject({ part: 'outline' });
  expect(hitAt({ rectangle: selected }, 204, 102)).toMatchObject({ part: 'start-time-end-price' });
  expect(hitAt({ rectangle: selected }, 106, 199)).toMatchObject({ part: 'end-time-start-price' });
});
