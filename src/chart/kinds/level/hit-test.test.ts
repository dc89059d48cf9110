import { expect, test } from 'vitest';
import type { Scene } from '../../chart-geometry';
import { TimeScale } from '../../time-scale';
import { hitLevel } from './hit-test';

/** A price is its own y; over 500 the scale has no place for it. */
const scene: Scene = {
  frame: { originPx: 0, pxPerBar: 10, widthPx: 1_000, heightPx: 600 },
  timeScale: new TimeScale(1, 1, { level: 0, first: 0, times: [0] }),
  yOf: (price) => (price > 500 ? null : Number(price)),
  barHolding: () => null,
};
const item = (uid: string, price: number) => ({
  ...{ uid, price, text: '', color: '#b48ae0', selected: false },
});
const levels = { items: [item('a', 100), item('b', 104), item('c', 900)], setScale() {} };

test('the nearest is hit, anywhere across the chart', () => {
  const hitAt = (xPx: number, yPx: number) => hitLevel(levels, scene, xPx, yPx)?.target;
  expect(hitAt(5, 101)).toEqual({ kind: 'level', uid: 'a', part: 'body' });
  expect(hitAt(995, 103)).toEqual({ kind: 'level', uid: 'b', part: 'body' });
  expect(hitAt(500, 110)).toBeUndefined();
});
