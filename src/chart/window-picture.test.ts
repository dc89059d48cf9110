import { expect, test } from 'vitest';
import { layOver, roundPrices, windowScale } from './window-picture';

const bars = {
  time: Float64Array.of(0, 1, 2, 3),
  open: Float64Array.of(10, 11, 12, 13),
  high: Float64Array.of(12, 13, 14, 15),
  low: Float64Array.of(9, 10, 5, 12),
  close: Float64Array.of(11, 12, 13, 14),
  first: 1,
  last: 2,
};

test('bars share the width, and the highest and lowest price stay within the margins', () => {
  const scale = windowScale(bars, { widthPx: 80, heightPx: 100 }, 10);
  expect([scale.xOf(0), scale.xOf(4), scale.pxPerBar]).toEqual([0, 80, 20]);
  expect([scale.yOf(15), scale.yOf(5), scale.yOf(10)]).toEqual([10, 90, 50]);
});

test('prices that are all the same lie in the middle', () => {
  const flat = { ...bars, high: bars.high.map(() => 7), low: bars.low.map(() => 7) };
  expect(windowScale(flat, { widthPx: 80, heightPx: 100 }, 10).yOf(7)).toBe(50);
});

test('a shape laid over one of the same form falls on it, whatever its prices and length', () => {
  const over = layOver([1, 2, 3], [100, 150, 200, 250, 300]);
  expect([...(over ?? [])].map((price) => Math.round(price))).toEqual([100, 150, 200, 250, 300]);
  const fewer = layOver([1, 2, 3, 4, 5], [7, 8, 9]);
  expect([...(fewer ?? [])].map((price) => Math.round(price))).toEqual([7, 8, 9]);
});

test('nothing is laid over where one of both has no shape', () => {
  expect(layOver([1, 1, 1], [1, 2, 3])).toBeNull();
  expect(layOver([1, 2, 3], [4, 4])).toBeNull();
  expect(layOver([1, 2], [4])).toBeNull();
});

test('prices at lines are round, lie within, and are no more than asked for', () => {
  expect(roundPrices(1.0871, 1.1032, 8)).toEqual(
    [1.09, 1.095, 1.1].map((price) => expect.closeTo(price, 9)),
  );
  expect(roundPrices(812, 1407, 5)).toEqual([1000, 1200, 1400]);
  expect(roundPrices(5, 5, 6)).toEqual([]);
  for (const [low, high] of [
    [0.00012, 0.0019],
    [-3, 40],
    [99, 101],
  ] as const) {
    const prices = roundPrices(low, high, 7);
    expect(prices.length).toBeLessThanOrEqual(8);
    expect(prices.every((price) => price >= low - 1e-12 && price <= high + 1e-12)).toBe(true);
  }
});
