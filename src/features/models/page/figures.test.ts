import { describe, expect, test } from 'vitest';
import type { RunMetrics, RunSummary } from '@/contract/runs';
import { differenceOf, sentenceOf, shortCaveats, shortFigure, shownAt } from './figures';

const label = (support: number, predicted: number, recall: number, precision: number) => ({
  label: 'bull_flag',
  ...{ support, predicted, precision, recall, f1: 0.6 },
});
const metrics = (perLabel: RunMetrics['perLabel'], rest: Partial<RunMetrics> = {}): RunMetrics => ({
  ...{ spanF1: 0.65, spanF1Std: 0.1, candleF1: 0.5, threshold: 0.55, perLabel, leaks: 0 },
  ...{ confusion: { labels: [], counts: [] }, importance: [], calibration: [], folds: [] },
  ...rest,
});
const measured = (
  value: number,
  interval: [number, number] | null,
  chance: number | null = null,
) => ({
  ...{ value, interval, chance, baseline: null },
});
const quality = {
  meanAp: measured(0.43, [0.35, 0.5]),
  f1: measured(0.65, [0.58, 0.71]),
  precision: measured(0.7, [0.6, 0.8]),
  recall: measured(0.61, [0.5, 0.7], 0.1),
  ...{ spans: 120, found: 73, shown: 105, boundaryError: { start: 2, end: 2.2 } },
};

const say = (run: RunMetrics, threshold = run.threshold) =>
  sentenceOf(run, shownAt(run, threshold));

describe('the sentence', () => {
  test('speaks in tens, with chance where that was measured', () => {
    expect(say(metrics([], { quality }))).toBe(
      'Finds 6 of 10 patterns; 3 of 10 it shows are wrong. Chance would find 1 of 10.',
    );
    expect(say(metrics([label(40, 50, 0.5, 0.4), label(10, 0, 0, 0)]))).toBe(
      'Finds 4 of 10 patterns; 6 of 10 it shows are wrong.',
    );
  });

  test('counts under ten spans, and says so when nothing was tested or is shown', () => {
    expect(say(metrics([label(6, 3, 1 / 3, 2 / 3)]))).toBe(
      'Finds 2 of 6 patterns; 1 of 3 it shows are wrong. Too few to say how often.',
    );
    expect(say(metrics([label(6, 0, 0, 0)]))).toContain('it shows none');
    expect(say(metrics([]))).toContain('nothing is known');
  });

  test('holds at the threshold that is set', () => {
    const curve = [
      { threshold: 0.9, precision: 0.9, recall: 0.2, interval: null },
      { threshold: 0.2, precision: 0.4, recall: 0.8, interval: null },
    ];
    const run = metrics([], { quality, curve });
    expect(say(run, 0.95)).toBe('Finds 2 of 10 patterns; 1 of 10 it shows are wrong.');
    expect(shownAt(run, 0.25)).toMatchObject({
      threshold: 0.2,
      found: 96,
      shown: 240,
      isOwn: false,
    });
    expect(shownAt(run, 0.55)).toMatchObject({ threshold: 0.55, found: 73, isOwn: true });
  });
});

test('a difference is sure only where its interval leaves 0 out', () => {
  expect(differenceOf(measured(0.6, [0.5, 0.7]), measured(0.5, [0.4, 0.55])).isSure).toBe(false);
  expect(differenceOf(measured(0.9, [0.8, 1]), measured(0.5, [0.4, 0.6])).isSure).toBe(true);
  // Intervals may overlap a little and the difference still be one.
  const { by, interval, isSure } = differenceOf(
    measured(0.7, [0.6, 0.8]),
    measured(0.54, [0.44, 0.64]),
  );
  expect([by, interval?.[0], interval?.[1], isSure]).toEqual([
    ...[expect.closeTo(0.16), expect.closeTo(0.0186, 3), expect.closeTo(0.3014, 3), true],
  ]);
  expect(differenceOf(measured(0.9, null), measured(0.1, [0, 0.2]))).toMatchObject({
    ...{ interval: null, isSure: false },
  });
});

test('a list says what a figure must not be read without', () => {
  const params = { split: 'purged' } as RunSummary['params'];
  expect(shortFigure(metrics([], { quality }))).toBe('F1 0.65');
  expect(shortFigure(metrics([label(6, 3, 1 / 3, 2 / 3)]))).toBe('2 of 6');
  expect(shortCaveats({ params, isStale: false, hasGoneLabels: false })).toEqual([]);
  const random = { ...params, split: 'random' };
  expect(shortCaveats({ params: random, isStale: true, hasGoneLabels: true })).toEqual([
    ...['random split', 'stale candles', 'labels gone'],
  ]);
});
