import { expect, test } from 'vitest';
import type { TileColumns } from '@/contract/tile-codec';
import { barAt, collectWindow } from './candle-window';

const BARS = 5_000;
const tile = (seq: number, level: number): TileColumns => {
  const ofLevel = Math.ceil(BARS / 4 ** level);
  const length = Math.min(1_024, ofLevel - seq * 1_024);
  const column = (shift: number) =>
    Float64Array.from({ length }, (_, index) => seq * 1_024 + index + shift);
  return {
    time: column(0),
    open: column(1),
    high: column(3),
    low: column(0),
    close: column(2),
    volume: new Float64Array(length).fill(Number.NaN),
  };
};
const having =
  (...seqs: number[]) =>
  (seq: number) =>
    seqs.includes(seq) ? tile(seq, 0) : undefined;

test('the window is what is in view and the tiles beside it that are there', () => {
  const view = { from: 2_100, to: 2_900 };
  const window = collectWindow(having(0, 1, 2), view, 0, BARS);
  expect(window).toMatchObject({ level: 0, first: 1_024, count: 2_048 });
  expect(window?.columns.time[0]).toBe(1_024);
  expect(window?.columns.time[2_047]).toBe(3_071);
});

test('there is no window while a tile in view is missing', () => {
  expect(collectWindow(having(1, 3), { from: 2_100, to: 4_000 }, 0, BARS)).toBeNull();
});

test('it ends with the last bar', () => {
  const window = collectWindow(having(3, 4), { from: 4_900, to: 5_100 }, 0, BARS);
  expect(window).toMatchObject({ first: 3_072, count: BARS - 3_072 });
});

test('a bar knows the one before it and how many it stands for', () => {
  const find = (seq: number) => (seq < 2 ? tile(seq, 1) : undefined);
  const window = collectWindow(find, { from: 0, to: BARS }, 1, BARS);
  if (!window) throw new Error('no window');
  expect(barAt(window, 0, BARS)).toMatchObject({ bar: 0, merged: 4, previousClose: null });
  const last = barAt(window, 1_249, BARS);
  expect(last).toMatchObject({ bar: 4_996, merged: 4, previousClose: 1_250, volume: null });
  expect(barAt(window, 1_250, BARS)).toBeNull();
  expect(barAt(window, -1, BARS)).toBeNull();
});
