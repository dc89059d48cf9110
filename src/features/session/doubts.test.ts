import { expect, test } from 'vitest';
import type { PredictionConditions } from '@/contract/predictions';
import type { SpanLabelType } from '@/contract/spans';
import { doubtsBy } from './doubts';

const labels = [{ name: 'bull_flag' }] as SpanLabelType[];
const known: PredictionConditions = {
  ...{ split: 'purged', isStale: false, asked: [] },
  learntFrom: [
    { from: 100, to: 200 },
    { from: 500, to: 600 },
  ],
};
const doubts = (
  conditions: Partial<PredictionConditions>,
  startTime: number,
  endTime: number,
  label = 'bull_flag',
) => doubtsBy({ ...known, ...conditions }, labels)({ startTime, endTime, label });

test('a prediction that touches what the run learnt from says so', () => {
  expect(doubts({}, 0, 99)).toEqual([]);
  expect(doubts({}, 0, 100)).toEqual(['learnt']);
  expect(doubts({}, 200, 300)).toEqual(['learnt']);
  expect(doubts({}, 201, 499)).toEqual([]);
  expect(doubts({}, 0, 9_999)).toEqual(['learnt']);
  expect(doubts({ learntFrom: null }, 100, 200)).toEqual([]);
});

test('it is stale as long as nothing newer took its place', () => {
  const asked = [
    { from: 300, to: 400, isStale: false },
    { from: null, to: null, isStale: true },
  ];
  expect(doubts({ asked }, 310, 390)).toEqual([]);
  expect(doubts({ asked }, 310, 410)).toEqual(['stale']);
  // Where it learnt, no request changes anything.
  expect(doubts({ asked }, 110, 120)).toEqual(['learnt']);
  expect(doubts({ isStale: true }, 110, 120)).toEqual(['stale', 'learnt']);
  expect(doubts({ isStale: true }, 210, 220)).toEqual(['stale']);
});

test('a random split and a label that is gone are doubts of every prediction', () => {
  expect(doubts({ split: 'random' }, 0, 9, 'old_name')).toEqual(['random', 'renamed']);
  expect(doubtsBy(undefined, labels)({ startTime: 0, endTime: 9, label: 'old_name' })).toEqual([]);
});
