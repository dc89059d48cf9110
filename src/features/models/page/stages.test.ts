import { expect, test } from 'vitest';
import { measureName } from '../measure-name';
import { stagesOf } from './stages';

test('a stage is behind, under way, or to come', () => {
  const states = (progress: number, status: 'running' | 'queued' = 'running') =>
    stagesOf({ status, progress }).map(({ state }) => state);
  expect(states(0, 'queued')).toEqual(['next', 'next', 'next', 'next']);
  expect(states(0)).toEqual(['now', 'next', 'next', 'next']);
  expect(states(0.1)).toEqual(['done', 'now', 'next', 'next']);
  expect(states(0.96)).toEqual(['done', 'done', 'done', 'now']);
  expect(stagesOf({ status: 'running', progress: 0.45 })[1]?.share).toBeCloseTo(0.5);
});

test('measures of the model service are in words', () => {
  expect(measureName('before_lowest_0.5')).toBe('Lowest close before, within 0.5 lengths');
  expect(measureName('back_from_top_atr')).toBe('Back from top, in ATR');
  expect(measureName('last_upper_wick')).toBe('Last candle: upper wick');
  expect(measureName('before_move_24')).toBe('Over the 24 candles before: move');
  expect(measureName('rsi')).toBe('Rsi');
});
