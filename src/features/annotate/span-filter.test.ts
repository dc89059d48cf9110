import { expect, it } from 'vitest';
import { completeSpan } from '@/contract/spans';
import { newSpan } from '@/editor/kinds/span';
import { readTypedTime } from '../session/typed-time';
import { boundsOf, countOf, knownUntil, NO_FILTER, passing } from './span-filter';

const DAY = 86_400;
const span = newSpan('a', {
  ...completeSpan({ startTime: 10 * DAY, endTime: 20 * DAY, label: 'bull_flag' }),
  confidence: 3,
});
const last = { from: 30 * DAY, last: 30 * DAY };
const isListed = (given: object, byAuthor: ReadonlySet<string> | null = null) => {
  const filter = { ...NO_FILTER, ...given };
  const bounds = boundsOf(filter, (text) => readTypedTime(text, last));
  return passing(filter, { textOf: () => 'Bull flag', byAuthor, bounds })(span);
};

it.each([
  [{ words: 'FLAG' }, { words: 'wedge' }],
  [{ label: 'bull_flag' }, { label: 'custom' }],
  [{ source: 'human' }, { source: 'talib' }],
  [{ confidence: '3' }, { confidence: 'none' }],
  [{ outcome: 'none' }, { outcome: 'win' }],
  [{ from: '1970-01-21' }, { from: '1970-01-22' }],
  [{ to: '1970-01-11' }, { to: '1970-01-10' }],
  [{ to: 'jan 1970' }, { to: '1969' }],
  [{ from: '-10d' }, { from: '-9d' }],
  [{ to: 'now' }, { from: 'today' }],
])('%j lists it, and %j does not', (yes, no) => {
  expect(isListed(yes)).toBe(true);
  expect(isListed(no)).toBe(false);
});

it('asks for the author’s own, and leaves a time alone that is none', () => {
  expect(isListed({}, new Set(['a']))).toBe(true);
  expect(isListed({}, new Set())).toBe(false);
  expect(isListed({ from: '1970-13-01' })).toBe(true);
  expect(countOf({ ...NO_FILTER, words: 'a', label: 'b', source: 'c', to: 'd' })).toBe(2);
});

it('finds where nothing is known any more', () => {
  const range = (startTime: number, endTime: number) => ({ startTime, endTime });
  const ranges = [range(0, 5), range(4, 9), range(20, 30), range(25, 28)];
  expect(knownUntil(ranges, 2)).toBe(9);
  // From a stretch without any, on to the one after the next that is known.
  expect(knownUntil(ranges, 12)).toBe(30);
  expect(knownUntil(ranges, 31)).toBeNull();
});
