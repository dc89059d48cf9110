import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  barEnd,
  coarserTimeframes,
  Decimals,
  MONTH,
  SINGLE_PRECISION,
  TimeframeCounter,
  timeframeOf,
  topLevel,
} from './rules';

const at = (text: string) => Date.parse(`${text}Z`) / 1000;

describe('coarserTimeframes', () => {
  it.each([
    [1, [60, 300, 900, 3_600, 14_400, 86_400, 604_800, MONTH]],
    [0.1, [1, 60, 300, 900, 3_600, 14_400, 86_400, 604_800, MONTH]],
    [0.3, [60, 300, 900, 3_600, 14_400, 86_400, 604_800, MONTH]],
    [45, [900, 3_600, 14_400, 86_400, 604_800, MONTH]],
    [60, [300, 900, 3_600, 14_400, 86_400, 604_800, MONTH]],
    [600, [3_600, 14_400, 86_400, 604_800, MONTH]],
    [3_600, [14_400, 86_400, 604_800, MONTH]],
    [86_400, [604_800, MONTH]],
    [604_800, [MONTH]],
    [MONTH, []],
  ])('of %d seconds', (base, coarser) => expect(coarserTimeframes(base)).toEqual(coarser));
});

describe('barEnd', () => {
  it.each([
    ['2024-01-05T09:31:00', 300, '2024-01-05T09:35:00'],
    ['2024-01-05T09:35:00', 300, '2024-01-05T09:40:00'],
    ['2024-01-05T09:35:00', 14_400, '2024-01-05T12:00:00'],
    ['2024-01-05T23:59:59', 86_400, '2024-01-06T00:00:00'],
    ['2024-01-07T23:59:59', 604_800, '2024-01-08T00:00:00'],
    ['2024-01-08T00:00:00', 604_800, '2024-01-15T00:00:00'],
    ['1969-12-31T00:00:00', 604_800, '1970-01-05T00:00:00'],
    ['2024-01-31T12:00:00', MONTH, '2024-02-01T00:00:00'],
    ['2024-12-31T12:00:00', MONTH, '2025-01-01T00:00:00'],
    ['0099-12-31T12:00:00', MONTH, '0100-01-01T00:00:00'],
  ])('of %s for %d seconds is %s', (time, timeframe, end) => {
    expect(barEnd(at(time), timeframe)).toBe(at(end));
  });
});

describe('TimeframeCounter', () => {
  const count = (times: number[]) => {
    const counter = new TimeframeCounter();
    for (const time of times) counter.add(time);
    return counter.timeframe();
  };
  it('takes the most frequent distance, of two the smaller', () => {
    expect(count([0, 60, 120, 3_600, 3_660])).toBe(60);
    expect(count([0, 60, 180, 240, 360])).toBe(60);
    expect(count([1.7e9 + 0.1, 1.7e9 + 0.2, 1.7e9 + 0.3])).toBe(0.1);
  });

  it('takes a lone candle for a day and any calendar month for one', () => {
    expect(count([5])).toBe(86_400);
    expect([28, 29, 30, 31].map((days) => timeframeOf(days * 86_400))).toEqual(
      Array(4).fill(MONTH),
    );
  });
});

describe('Decimals', () => {
  it('rounds a sum to what its parts were written with', () => {
    const decimals = new Decimals();
    for (const value of [0.1, 0.25, Number.NaN]) decimals.see(value);
    expect(decimals.count()).toBe(2);
    expect(0.1 + 0.2).not.toBe(0.3);
    expect(decimals.round(0.1 + 0.2)).toBe(0.3);
  });

  it.each([0, SINGLE_PRECISION])('sees many at once as one by one, to %d', (tolerance) => {
    const value = fc.oneof(
      fc
        .tuple(fc.integer(), fc.integer({ min: 0, max: 13 }))
        .map(([units, decimals]) => Number(`${units}e-${decimals}`)),
      fc.double(),
    );
    fc.assert(
      fc.property(fc.array(fc.array(value, { maxLength: 9 }), { maxLength: 5 }), (batches) => {
        const one = new Decimals(tolerance);
        const many = new Decimals(tolerance);
        for (const batch of batches) {
          const before = one.count();
          for (const each of batch) one.see(each);
          const hasMore = many.seeAll(Float64Array.from(batch), batch.length);
          expect(many.count()).toBe(one.count());
          expect(hasMore).toBe(one.count() !== before);
        }
      }),
    );
  });

  it('leaves sums of whole numbers as they are', () => {
    const decimals = new Decimals();
    for (const value of [3, 2 ** 60]) decimals.see(value);
    expect([5, -0, 2 ** 60 + 3].map((sum) => decimals.round(sum))).toEqual([5, -0, 2 ** 60 + 3]);
  });

  it('gives up on numbers that twelve decimals do not show', () => {
    const decimals = new Decimals();
    decimals.see(1 / 3);
    expect(decimals.count()).toBeNull();
    expect(decimals.round(0.1 + 0.2)).toBe(0.1 + 0.2);
  });
});

it('topLevel is the first level whose bars fit in a tile', () => {
  expect([1, 1_024, 1_025, 4_096, 4_097, 10_000_000].map(topLevel)).toEqual([0, 0, 1, 1, 2, 7]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 ** 9 }), (bars) => {
      const merged = (level: number) => Math.ceil(bars / 4 ** level);
      expect(merged(topLevel(bars))).toBeLessThanOrEqual(1_024);
      if (topLevel(bars) > 0) expect(merged(topLevel(bars) - 1)).toBeGreaterThan(1_024);
    }),
  );
});
