import { expect, test } from 'vitest';
import { createDensity } from './density';

const RED = '#ff0000';
const BLUE = '#0000ff';
const opacity = { all: 0.2, lane: 1 };

test('a range takes its columns in its lane and in the row for all', () => {
  const { pixels, add } = createDensity(4, 2, opacity);
  add(1.2, 2.5, 1, RED);
  const row = (at: number) => [...pixels.slice(at * 16, at * 16 + 16)];
  expect(row(0)).toEqual([0, 0, 0, 0, 255, 0, 0, 51, 255, 0, 0, 51, 0, 0, 0, 0]);
  expect(row(1)).toEqual(Array(16).fill(0));
  expect(row(2)).toEqual([0, 0, 0, 0, 255, 0, 0, 255, 255, 0, 0, 255, 0, 0, 0, 0]);
});

test('the narrowest range still takes a column, and what is outside none', () => {
  const { pixels, add } = createDensity(4, 1, opacity);
  add(2.01, 2.02, 0, BLUE);
  add(9, 12, 0, RED);
  add(-8, -4, 0, RED);
  expect([...pixels.slice(16 + 8, 16 + 12)]).toEqual([0, 0, 255, 255]);
  expect(pixels.filter((_, index) => index % 4 === 3 && pixels[index] !== 0)).toHaveLength(2);
});
