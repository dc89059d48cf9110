import { expect, test } from 'vitest';
import { timeLeft } from './time-left';

test('what is left takes as long as what is done', () => {
  expect(timeLeft({ startedAt: 100, progress: 0.5 }, 140)).toBe(' · about 40 s left');
  expect(timeLeft({ startedAt: 100, progress: 0.99 }, 140)).toBe(' · about 5 s left');
  expect(timeLeft({ startedAt: 100, progress: 0.25 }, 140)).toBe(' · about 2 min left');
});

test('nothing is said before there is something to go by', () => {
  expect(timeLeft({ startedAt: null, progress: 0.5 }, 140)).toBe('');
  expect(timeLeft({ startedAt: 100, progress: 0.02 }, 140)).toBe('');
  expect(timeLeft({ startedAt: 200, progress: 0.5 }, 140)).toBe('');
});
