import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { Price } from '@/contract/units';
import { findPatterns } from './rules';

const rows = (await readFile('node_modules/vega-datasets/data/sp500-2000.csv', 'utf8'))
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(','));
const column = (at: number): Price[] => rows.map((row) => Number(row[at]));
const bars = { high: column(2), low: column(3), close: column(4) };
const dateOf = (bar: number) => rows[bar]?.[0];
const sixty = findPatterns(bars).slice(0, 60);

test('the sixty spans of the example, which never change', () => {
  const count = (label: string) => sixty.filter((each) => each.label === label).length;
  expect([sixty.length, count('double_bottom'), count('bull_flag')]).toEqual([60, 30, 30]);
  const places = sixty.map(({ label, first, last }) => `${label} ${dateOf(first)} ${dateOf(last)}`);
  expect([...places.slice(0, 2), ...places.slice(-2)]).toEqual([
    'double_bottom 2000-03-03 2000-03-16',
    'bull_flag 2000-03-14 2000-04-07',
    'double_bottom 2006-05-16 2006-06-01',
    'bull_flag 2006-06-13 2006-06-21',
  ]);
});

test('no two of a label share a bar, and none is decided by bars after it', () => {
  for (const label of ['double_bottom', 'bull_flag']) {
    const own = sixty.filter((each) => each.label === label);
    for (const [at, { first, last }] of own.entries()) {
      expect(first).toBeGreaterThan(own[at - 1]?.last ?? -1);
      expect(last).toBeGreaterThan(first);
    }
  }
  const cutAt = (end: number) => ({
    high: bars.high.slice(0, end),
    low: bars.low.slice(0, end),
    close: bars.close.slice(0, end),
  });
  for (const [at, { last }] of sixty.entries())
    expect(findPatterns(cutAt(last + 1)).slice(0, at + 1)).toEqual(sixty.slice(0, at + 1));
});

test('prices that do not move hold none, nor do no prices', () => {
  const flat = Array<Price>(200).fill(10);
  expect(findPatterns({ high: flat, low: flat, close: flat })).toEqual([]);
  expect(findPatterns({ high: [], low: [], close: [] })).toEqual([]);
});
