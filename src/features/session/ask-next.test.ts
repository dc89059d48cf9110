import { expect, test } from 'vitest';
import { withContext } from './ask-next';

const DAY = 86_400;

test('a window of few bars is shown with as many around it as make a pattern', () => {
  const { from, to } = withContext({ startTime: 100 * DAY, endTime: 101 * DAY }, DAY);
  expect((to - from) / DAY).toBe(56);
  expect((from + to) / 2).toBe(100.5 * DAY);
});

test('a longer one has one and a half of its lengths on either side, as one of bars of unknown length', () => {
  expect(withContext({ startTime: 100 * DAY, endTime: 140 * DAY }, DAY)).toEqual({
    from: 40 * DAY,
    to: 200 * DAY,
  });
  expect(withContext({ startTime: 1_000, endTime: 1_010 }, null)).toEqual({ from: 985, to: 1_025 });
});
