import { describe, expect, test } from 'vitest';
import type { TrainingRun } from '@/contract/runs';
import { caveatsOf, changesBetween } from './compare';

const params = {
  ...{ chartIds: [1], labels: [], model: 'lightgbm', folds: 5, seed: 0, split: 'purged' },
};
const chart = {
  ...{ id: 1, name: 'S&P 500', candles: 5_105, spans: 20, examinedCandles: 400, from: 0, to: 1 },
  ...{ staleSpans: 0, examinedRanges: 2, trainedFrom: 0, trainedTo: 1, state: 'same' as const },
};
const dataset = {
  charts: [chart],
  labels: [{ label: 'bull_flag', spans: 20 }],
  sha256: 'a',
  goneLabels: [],
};
const run: Pick<TrainingRun, 'params' | 'dataset'> = { params, dataset };

describe('why a figure moved', () => {
  test('names what went in otherwise', () => {
    const now = {
      params: { ...params, split: 'random' },
      dataset: {
        ...dataset,
        sha256: 'b',
        charts: [
          { ...chart, spans: 44, examinedCandles: 1_520 },
          { ...chart, id: 2, name: 'EUR/USD', candles: 10, spans: 0, examinedCandles: null },
        ],
        labels: [
          { label: 'bull_flag', spans: 30 },
          { label: 'wedge_up', spans: 14 },
        ],
      },
    };
    expect(changesBetween(now, run)).toEqual([
      { name: 'Split', value: 'purged → random' },
      { name: 'Spans', value: '+24' },
      { name: 'Candles learnt from', value: '+1,120' },
      { name: 'Candles', value: '+10' },
      { name: 'Chart added', value: 'EUR/USD' },
      { name: 'bull_flag', value: '+10' },
      { name: 'wedge_up', value: '+14' },
    ]);
    expect(changesBetween(run, now)).toContainEqual({ name: 'wedge_up', value: '−14' });
  });

  test('is quiet where nothing did, and knows of moves that no count shows', () => {
    expect(changesBetween(run, run)).toEqual([]);
    expect(changesBetween({ params, dataset: { ...dataset, sha256: 'b' } }, run)).toEqual([
      { name: 'Spans or ranges', value: 'moved' },
    ]);
    expect(changesBetween({ params, dataset: null }, run)).toEqual([]);
  });
});

test('what a figure must not be read without is said', () => {
  expect(caveatsOf(run)).toEqual([]);
  const caveats = caveatsOf({
    params: { ...params, split: 'random' },
    dataset: {
      ...dataset,
      goneLabels: ['old'],
      charts: [
        { ...chart, state: 'candles-changed', staleSpans: 2 },
        { ...chart, name: 'Gone', state: 'deleted', examinedRanges: 0 },
      ],
    },
  });
  expect(caveats.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    'Random split:',
    'The candles',
    '2 of',
    'Deleted since:',
    'Renamed or',
    'Nobody has',
  ]);
});
