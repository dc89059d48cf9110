import { expect, test } from 'vitest';
import { newSpan } from '@/editor/kinds/span';
import { nextStale, staleOf } from './stale';

const span = (uid: string, startTime: number, candlesChangedAt: number | null = 9) =>
  newSpan(uid, { startTime, endTime: startTime + 5, label: 'flag', candlesChangedAt });
const recordsOf = (...spans: ReturnType<typeof span>[]) =>
  new Map(spans.map((each) => [each.uid, each]));

test('one goes over what is stale in the order of time, and from the last to the first', () => {
  const [a, b, c, right] = [span('a', 1), span('b', 3), span('c', 2), span('right', 2, null)];
  const records = recordsOf(a, b, c, right);
  expect([...staleOf(records)]).toEqual([a, c, b]);
  expect(nextStale(records, undefined)).toBe(a);
  expect(nextStale(records, a)).toBe(c);
  expect(nextStale(records, b)).toBe(a);
  expect(nextStale(records, right), 'beside one that is right').toBe(c);
  expect(nextStale(records, span('last', 4, null))).toBe(a);
  expect(nextStale(recordsOf(a), a), 'the only one').toBe(a);
  expect(nextStale(recordsOf(right), right)).toBe(null);
});
