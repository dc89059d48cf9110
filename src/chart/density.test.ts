import { expect, test } from 'vitest';
import { rasterizeDensity } from './density';

const RED = 0xff0000;
const BLUE = 0x0000ff;
const opacity = { all: 0.2, lane: 1 };

test('a range takes its columns in its lane and in the row for all', () => {
  const { pixels } = rasterizeDensity(
    [{ left: 1.2, right: 2.5, lane: 1, rgb: RED }],
    4,
    2,
    opacity,
  );
  const row = (at: number) => [...pixels.slice(at * 16, at * 16 + 16)];
  expect(row(0)).toEqual([0, 0, 0, 0, 255, 0, 0, 51, 255, 0, 0, 51, 0, 0, 0, 0]);
  expect(row(1)).toEqual(Array(16).fill(0));
  expect(row(2)).toEqual([0, 0, 0, 0, 255, 0, 0, 255, 255, 0, 0, 255, 0, 0, 0, 0]);
});

test('the narrowest range still takes a column, and what is outside none', () => {
  const ranges = [
    { left: 2.01, right: 2.02, lane: 0, rgb: BLUE },
    { left: 9, right: 12, lane: 0, rgb: RED },
    { left: -8, right: -4, lane: 0, rgb: RED },
  ];
  const { pixels } = rasterizeDensity(ranges, 4, 1, opacity);
  expect([...pixels.slice(16 + 8, 16 + 12)]).toEqual([0, 0, 255, 255]);
  expect(pixels.filter((_, index) => index % 4 === 3 && pixels[index] !== 0)).toHaveLength(2);
});
