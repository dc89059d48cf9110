import { expect, test } from 'vitest';
import { clockOf, UTC } from '@/contract/clock';
import { formatTime, formatVolume, priceFormatter } from './format';

test('prices have their decimals and separators', () => {
  expect(priceFormatter(2)(1234.5)).toBe('1,234.50');
  expect(priceFormatter(5)(1.1)).toBe('1.10000');
  expect(priceFormatter(0)(27_000)).toBe('27,000');
  expect(priceFormatter(2)(-37.63)).toBe('−37.63');
});

test('volumes are short', () => {
  expect(formatVolume(1_560_000_000)).toBe('1.56B');
  expect(formatVolume(0)).toBe('0');
});

test('times are those of a clock, and as fine as the bars', () => {
  const time = Date.UTC(2010, 2, 9, 14, 30, 5) / 1000;
  expect(formatTime(time, 86_400, UTC)).toBe('2010-03-09');
  expect(formatTime(time, 60, UTC)).toBe('2010-03-09 14:30');
  expect(formatTime(time, 1, UTC)).toBe('2010-03-09 14:30:05');
  expect(formatTime(time + 0.25, 1, UTC)).toBe('2010-03-09 14:30:05.250');
  expect(formatTime(time, 60, clockOf('Asia/Kathmandu'))).toBe('2010-03-09 20:15');
});
