import { expect, test } from 'vitest';
import { stretchesOf } from './stretches';

/** Ten pixels a bar; the times are the numbers of bars. */
const extentOf = ({ startTime, endTime }: { startTime: number; endTime: number }) => ({
  leftPx: startTime * 10,
  rightPx: (endTime + 1) * 10,
});
const bars = (startTime: number, endTime: number) => ({ startTime, endTime });
const within = { leftPx: 0, rightPx: 100 };

test('what is examined and what lies between, held within the axis', () => {
  expect(stretchesOf([bars(-5, 1), bars(4, 5)], extentOf, within)).toEqual([
    { leftPx: 0, rightPx: 20, bars: bars(-5, 1) },
    { leftPx: 20, rightPx: 40, bars: null },
    { leftPx: 40, rightPx: 60, bars: bars(4, 5) },
    { leftPx: 60, rightPx: 100, bars: null },
  ]);
});

test('ranges that touch are one, and those out of sight are none', () => {
  expect(stretchesOf([bars(0, 3), bars(4, 20), bars(30, 40)], extentOf, within)).toEqual([
    { leftPx: 0, rightPx: 100, bars: bars(0, 20) },
  ]);
  expect(stretchesOf([bars(30, 40)], extentOf, within)).toEqual([{ ...within, bars: null }]);
  expect(stretchesOf([], () => null, within)).toEqual([{ ...within, bars: null }]);
});
