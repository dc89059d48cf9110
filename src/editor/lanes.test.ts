import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assignLanes, type Interval, MAX_LANES } from './lanes';

const at = (startTime: number, endTime: number): Interval => ({ startTime, endTime });
const overlap = (a: Interval, b: Interval) => a.startTime <= b.endTime && b.startTime <= a.endTime;
const interval = fc
  .tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 20 }))
  .map(([start, length]) => at(start, start + length));

const sorted = (maxLength: number) =>
  fc
    .array(interval, { maxLength })
    .map((all) => all.sort((a, b) => a.startTime - b.startTime || b.endTime - a.endTime));

test('what does not overlap shares the first lane', () => {
  expect([...assignLanes([at(0, 9), at(10, 19), at(20, 30)])]).toEqual([0, 0, 0]);
});

test('what overlaps, if only at one bar, goes to the next lane', () => {
  expect([...assignLanes([at(0, 10), at(10, 20), at(11, 30)])]).toEqual([0, 1, 0]);
});

test('of two that start together the first one is on top', () => {
  expect([...assignLanes([at(5, 50), at(5, 8)])]).toEqual([0, 1]);
});

test('settled lanes are kept clear of', () => {
  const settled = { items: [at(0, 10), at(20, 30)], lanes: Uint8Array.of(0, 0) };
  expect([...assignLanes([at(5, 12), at(11, 19), at(12, 20)], settled)]).toEqual([1, 0, 2]);
});

test('no two in one lane overlap, but for the last', () => {
  fc.assert(
    fc.property(sorted(80), sorted(10), (settled, more) => {
      const settledLanes = assignLanes(settled);
      const moreLanes = assignLanes(more, { items: settled, lanes: settledLanes });
      const all = [...settled, ...more];
      const lanes = [...settledLanes, ...moreLanes];
      for (let a = 0; a < all.length; a++) {
        for (let b = a + 1; b < all.length; b++) {
          const shared = lanes[a] === lanes[b] && lanes[a] !== MAX_LANES - 1;
          if (shared && overlap(all[a]!, all[b]!)) return false;
        }
      }
      return true;
    }),
  );
});

test('more overlap than there are lanes ends in the last lane', () => {
  const lanes = assignLanes(Array.from({ length: 20 }, () => at(0, 5)));
  expect(Math.max(...lanes)).toBe(MAX_LANES - 1);
});

test('a hundred thousand intervals take no square of the time', () => {
  const many = Array.from({ length: 100_000 }, (_, index) => at(index, index + 3));
  expect(new Set(assignLanes(many))).toEqual(new Set([0, 1, 2, 3]));
});
