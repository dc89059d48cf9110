import { expect, it } from 'vitest';
import { findSwing, swingsOf } from './swings';

const swings = (prices: number[], least: number) => swingsOf(prices, prices, least);

it('finds where prices turned by as much as asked for', () => {
  //                 0  1  2  3  4  5  6  7  8  9
  expect(swings([5, 6, 9, 7, 8, 4, 6, 5, 9, 3], 3)).toEqual([2, 5, 8]);
  expect(swings([5, 6, 9, 7, 8, 4, 6, 5, 9, 3], 5)).toEqual([2, 5, 8]);
  expect(swings([5, 6, 9, 7, 8, 4, 6, 5, 9, 3], 6)).toEqual([2]);
  expect(swings([5, 6, 9, 7, 8, 4, 6, 5, 9, 3], 7)).toEqual([]);
});

it('takes highs for tops and lows for bottoms', () => {
  expect(swingsOf([10, 14, 11, 9, 12], [9, 10, 8, 5, 8], 4)).toEqual([1, 3]);
});

it('finds the same wherever it begins, from the second swing on', () => {
  let seed = 1;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647 - 0.5;
  };
  const prices = [100];
  for (let bar = 1; bar < 2_000; bar++) prices.push(prices[bar - 1]! + random());
  const all = swings(prices, 3);
  for (const first of [100, 333, 720]) {
    const later = swings(prices.slice(first), 3).map((bar) => bar + first);
    expect(later.length).toBeGreaterThan(5);
    expect(later.slice(1)).toEqual(all.slice(all.length - later.length + 1));
  }
});

it('finds none in nothing and in what never turns', () => {
  expect(swings([], 1)).toEqual([]);
  expect(swings([1, 2, 3, 4], 1)).toEqual([]);
  expect(swings([7, 7, 7], 1)).toEqual([]);
});

it('looks on through tiles, both ways, for swings that show in the view', async () => {
  const bars = 3_500;
  // A turn each 50 bars, of 10 %, and one of 60 % each 700.
  const price = (bar: number) =>
    100 * (1 + 0.05 * Math.sin((bar * Math.PI) / 50) + 0.3 * Math.sin((bar * Math.PI) / 700));
  const closes = Float64Array.from({ length: bars }, (_, bar) => price(bar));
  const load = async (bar: number) => {
    const column = closes.slice(bar, bar + 1_024);
    return { time: column, open: column, high: column, low: column, close: column, volume: column };
  };
  const chart = { bars, closes, stride: 1, load };
  const all: number[] = [];
  for (let at: number | null = 0; at !== null; ) {
    at = await findSwing(chart, at, 1, 300);
    if (at !== null) all.push(at);
  }
  const small = all.filter((bar, at) => at > 0 && bar - (all[at - 1] ?? 0) < 70);
  expect(small.length).toBeGreaterThan(20);
  const back: number[] = [];
  for (let at: number | null = bars - 1; at !== null; ) {
    at = await findSwing(chart, at, -1, 300);
    if (at !== null) back.unshift(at);
  }
  expect(back).toEqual(all);
  // Where more is in view only the large ones are worth a stop.
  const far = await findSwing(chart, 400, 1, 200_000);
  expect(far).toBeGreaterThan(900);
  const flat = { ...chart, closes: closes.map(() => 1) };
  expect(await findSwing(flat, 400, 1, 300)).toBeNull();
});
