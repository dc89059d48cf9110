import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  chooseLevel,
  clampView,
  covers,
  fitView,
  MAX_BARS_IN_VIEW,
  newestFrom,
  newestView,
  spanAround,
  strideOf,
  tilesInView,
  toLogicalRange,
  viewAround,
  viewOfRange,
  viewShowing,
  withoutBlank,
  zoomView,
} from './view';

const span = ({ from, to }: { from: number; to: number }) => to - from;
const view = fc
  .tuple(
    fc.double({ min: -1e4, max: 1e7, noNaN: true }),
    fc.double({ min: 1, max: 1e6, noNaN: true }),
  )
  .map(([from, length]) => ({ from, to: from + length }));
const bars = fc.integer({ min: 1, max: 10_000_000 });

describe('the level', () => {
  test('is the finest that gives each bar a device pixel', () => {
    expect(chooseLevel({ from: 0, to: 1_400 }, 1_400, 5)).toBe(0);
    expect(chooseLevel({ from: 0, to: 1_401 }, 1_400, 5)).toBe(1);
    expect(chooseLevel({ from: 0, to: 1_401 }, 2_800, 5)).toBe(0);
  });

  test('of the S&P 500 since 2000, all of it on a wide chart, is 1', () => {
    expect(chooseLevel(fitView(5_104), 1_440, 2)).toBe(1);
  });

  test('never asks for more bars than can be drawn, unless there is none coarser', () => {
    expect(chooseLevel({ from: 0, to: 4_000 }, 8_000, 5)).toBe(1);
    fc.assert(
      fc.property(view, fc.integer({ min: 100, max: 8_000 }), (some, width) => {
        const level = chooseLevel(some, width, 20);
        expect(span(some) / strideOf(level)).toBeLessThanOrEqual(Math.min(width, MAX_BARS_IN_VIEW));
        if (level > 0) {
          const finer = span(some) / strideOf(level - 1);
          expect(finer).toBeGreaterThan(Math.min(width, MAX_BARS_IN_VIEW));
        }
      }),
    );
    expect(chooseLevel({ from: 0, to: 1e9 }, 1_000, 3)).toBe(3);
  });
});

test('the library is asked for the middles of the first and the last bar', () => {
  expect(toLogicalRange({ from: 8, to: 16 }, { level: 1, first: 0, count: 10 })).toEqual({
    from: 2,
    to: 3,
  });
});

describe('zooming', () => {
  test('keeps the bar under the pointer where it is', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 2, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (factor, share) => {
          const before = { from: 40_000, to: 41_000 };
          const anchor = before.from + share * span(before);
          const after = zoomView(before, factor, anchor, 100_000);
          expect((anchor - after.from) / span(after)).toBeCloseTo(share, 6);
          expect(span(after)).toBeCloseTo(span(before) * factor, 6);
        },
      ),
    );
  });

  test('out at the newest bar shows older ones rather than empty space', () => {
    const newest = newestView(100_000, 1_000);
    const out = zoomView(newest, 4, newest.from, 100_000);
    expect(span(out)).toBe(800);
    expect(out.to).toBe(100_032);
  });

  test('ends at the whole history and at a few bars', () => {
    const out = zoomView({ from: 0, to: 5_000 }, 100, 2_500, 5_104);
    expect(span(out)).toBeCloseTo(span(fitView(5_104)), 6);
    const into = zoomView({ from: 100, to: 120 }, 0.001, 110, 5_104);
    expect(span(into)).toBe(8);
  });
});

test('whatever is asked for, some candles stay in sight', () => {
  fc.assert(
    fc.property(view, bars, (some, count) => {
      const { from, to } = clampView(some, count);
      expect(to).toBeGreaterThan(from);
      expect(Math.min(to, count) - Math.max(from, 0)).toBeGreaterThan(0);
      expect(clampView({ from, to }, count).from).toBeCloseTo(from, 3);
    }),
  );
});

test('the newest bars end a little before the edge; a short history stands in the middle', () => {
  const { from, to } = newestView(5_104, 1_000);
  expect(to).toBeGreaterThan(5_104);
  expect(to - from).toBe(200);
  expect(newestView(10, 1_000)).toEqual({ from: -15, to: 25 });
});

test('a range is shown with bars around it', () => {
  expect(viewAround(1_000, 1_010, 5_000)).toEqual({ from: 960, to: 1_050 });
  expect(span(viewAround(1_000, 2_000, 5_000))).toBeCloseTo(2_200);
});

test('a bar is brought in sight by the least movement', () => {
  expect(viewShowing({ from: 100, to: 200 }, 150)).toEqual({ from: 100, to: 200 });
  expect(viewShowing({ from: 100, to: 200 }, 250).to).toBe(257);
  expect(viewShowing({ from: 100, to: 200 }, 50).from).toBe(44);
});

test('tiles in view are those there are', () => {
  expect(tilesInView({ from: -500, to: 1_500 }, 0, 5_104)).toEqual({ from: 0, to: 1 });
  expect(tilesInView({ from: 1_024, to: 2_048 }, 0, 5_104)).toEqual({ from: 1, to: 1 });
  expect(tilesInView({ from: 4_000, to: 9_000 }, 0, 5_104)).toEqual({ from: 3, to: 4 });
  expect(tilesInView({ from: 0, to: 5_200 }, 1, 5_104)).toEqual({ from: 0, to: 1 });
  expect(tilesInView({ from: 5_200, to: 5_300 }, 0, 5_104)).toEqual({ from: 4, to: 4 });
});

test('the tiles in view cover it', () => {
  fc.assert(
    fc.property(view, bars, fc.integer({ min: 0, max: 6 }), (some, count, level) => {
      const { from, to } = clampView(some, count);
      const tiles = tilesInView({ from, to }, level, count);
      const ofLevel = Math.ceil(count / strideOf(level));
      const first = tiles.from * 1_024;
      const run = { level, first, count: Math.min((tiles.to + 1) * 1_024, ofLevel) - first };
      expect(covers(run, { from, to }, count)).toBe(true);
    }),
  );
});

test('another timeframe leaves the same share empty after the newest bar', () => {
  expect(newestFrom(20, 100, { from: 1_900, to: 2_020 }, 2_000)).toEqual({ from: 20, to: 116 });
  // Few bars are not blown up, and not pushed aside either.
  expect(newestFrom(92, 100, { from: 1_900, to: 2_000 }, 2_000)).toEqual({ from: 60, to: 100 });
});

test('a window stands in the middle of the bars around it, as far as there are any', () => {
  expect(spanAround(100, 119, 56, 1_000)).toEqual({ from: 82, to: 137 });
  expect(spanAround(0, 9, 56, 1_000)).toEqual({ from: 0, to: 55 });
  expect(spanAround(990, 999, 56, 1_000)).toEqual({ from: 944, to: 999 });
  expect(spanAround(100, 199, 56, 1_000)).toEqual({ from: 100, to: 199 });
  expect(spanAround(3, 5, 56, 20)).toEqual({ from: 0, to: 19 });
});

test('the zoom stays where a range is shown that fits in, and the view where it is seen already', () => {
  const view = { from: 1_000, to: 1_200 };
  expect(viewOfRange(view, 1_050, 1_080, 5_000)).toEqual(view);
  expect(viewOfRange(view, 1_190, 1_210, 5_000)).toEqual({ from: 1_100, to: 1_300 });
  expect(viewOfRange(view, 3_000, 3_100, 5_000)).toEqual({ from: 2_950, to: 3_150 });
  expect(viewOfRange(view, 3_000, 3_190, 5_000)).toEqual(viewAround(3_000, 3_190, 5_000));
  expect(viewOfRange(view, 3_000, 3_001, 5_000)).toEqual(viewAround(3_000, 3_001, 5_000));
  expect(viewOfRange(null, 3_000, 3_100, 5_000)).toEqual(viewAround(3_000, 3_100, 5_000));
});

test('a view is blank before the first bar only where all later ones are in it', () => {
  expect(withoutBlank({ from: -37, to: 3 }, 4)).toEqual({ from: -36, to: 4 });
  expect(withoutBlank({ from: -10, to: 30 }, 500)).toEqual({ from: 0, to: 40 });
  fc.assert(
    fc.property(view, bars, (before, count) => {
      const after = withoutBlank(before, count);
      expect(span(after)).toBeCloseTo(span(before), 3);
      expect(after.from >= 0 || after.to >= count - 1e-3 || after.from === before.from).toBe(true);
      // To a view, 0 and -0 are the same.
      if (before.from >= 0) expect(after).toEqual({ ...before, from: before.from + 0 });
    }),
  );
});
