import { expect, test } from 'vitest';
import { snapPrice } from './snap';

/** Ten pixels a unit of price, upside down. */
const yOf = (price: number) => 1_000 - price * 10;
const bar = { open: 50, high: 60, low: 40, close: 52 };

test('a price near one of the bar’s takes the nearest of them', () => {
  expect(snapPrice(bar, 59.2, yOf)).toBe(60);
  expect(snapPrice(bar, 50.9, yOf)).toBe(50);
  expect(snapPrice(bar, 51.1, yOf)).toBe(52);
  expect(snapPrice(bar, 40.9, yOf)).toBe(40);
});

test('a price further away than the reach stays free', () => {
  expect(snapPrice(bar, 61.1, yOf)).toBe(61.1);
  expect(snapPrice(bar, 45, yOf)).toBe(45);
});

test('a price without a place on the scale stays as it is', () => {
  expect(snapPrice(bar, 50.1, () => null)).toBe(50.1);
});
