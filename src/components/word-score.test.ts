import { expect, it } from 'vitest';
import { wordScore } from './word-score';

it('finds what holds each typed word, wherever, and nothing by scattered letters', () => {
  expect(wordScore('Open eurusd-1h', 'eurusd')).toBeGreaterThan(0);
  expect(wordScore('Open eurusd-1h', '1H eur')).toBeGreaterThan(0);
  expect(wordScore('Segments: each label ends a span at the bar cursor', 'eurusd')).toBe(0);
  expect(wordScore('Go to a date or a gap', 'goog')).toBe(0);
  expect(wordScore('Asia/Ho_Chi_Minh', 'ho chi')).toBeGreaterThan(0);
  expect(wordScore('América', 'amer')).toBeGreaterThan(0);
  expect(wordScore('Bars of 1h', 'timeframe 1h', ['timeframe'])).toBeGreaterThan(0);
  expect(wordScore('Bars of 1h', 'timeframe 2h', ['timeframe'])).toBe(0);
  expect(wordScore('anything', '  ')).toBe(1);
});

it('puts the start of a word before its inside, and a keyword last', () => {
  const scores = [
    wordScore('Label Wedge up', 'label'),
    wordScore('Export labels', 'label'),
    wordScore('Next unlabelled', 'label'),
    wordScore('Wedge up', 'label', ['labels']),
  ];
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
  expect(new Set(scores).size).toBe(4);
});
