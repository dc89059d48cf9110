import { expect, test } from 'vitest';
import { cellBeside, nextOf, nextPage } from './pages';

const candidate = (uid: string, startTime: number, chartId = 1) => ({
  uid,
  chartId,
  startTime,
  endTime: startTime + 9,
  label: 'bull_flag',
  score: 0.5,
  teaches: null,
});

test('two that overlap do not come in a row, on a page or from one page to the next', () => {
  const [a, b, c, d] = [
    candidate('a', 0),
    candidate('b', 5),
    candidate('c', 50),
    candidate('d', 8, 2),
  ];
  expect(nextPage([a, b, c, d], undefined)).toEqual(['a', 'c', 'b', 'd']);
  expect(nextPage([b, c], a)).toEqual(['c', 'b']);
  // Where there is nothing else, it comes all the same: none is left out.
  expect(nextPage([a, b], undefined)).toEqual(['a', 'b']);
});

test('a page has its size, in the order given', () => {
  const many = Array.from({ length: 30 }, (_, at) => candidate(String(at), at * 10));
  expect(nextPage(many, undefined)).toEqual(many.slice(0, 20).map(({ uid }) => uid));
  expect(nextPage(many, undefined, 3)).toEqual(['0', '1', '2']);
});

test('the next one is the next that waits, round the page once', () => {
  const isOpen = (uid: string) => 'bd'.includes(uid);
  expect(nextOf(['a', 'b', 'c', 'd'], 'b', isOpen)).toBe('d');
  expect(nextOf(['a', 'b', 'c', 'd'], 'd', isOpen)).toBe('b');
  expect(nextOf(['a', 'b', 'c', 'd'], null, isOpen)).toBe('b');
  expect(nextOf(['a', 'b'], 'b', isOpen)).toBeNull();
});

test('arrows go along the rows and down the columns, and stay at the rim', () => {
  const page = Array.from({ length: 12 }, (_, at) => String(at));
  const go = (from: string, across: number, down: number) =>
    cellBeside(page, from, { across, down });
  expect([go('4', 1, 0), go('5', -1, 0), go('3', 0, 1), go('8', 0, -1)]).toEqual([
    '5',
    '4',
    '8',
    '3',
  ]);
  expect([go('0', -1, 0), go('11', 1, 0), go('1', 0, -1), go('9', 0, 1)]).toEqual([
    null,
    null,
    null,
    null,
  ]);
});
