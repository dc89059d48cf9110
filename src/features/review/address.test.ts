import { expect, test } from 'vitest';
import { boardAddress, readPlace } from './address';

test('an address says the source, the set and the chart, and is read back', () => {
  const place = { source: 'similar', set: 12, chart: 3 } as const;
  expect(boardAddress(place)).toBe('/review?source=similar&set=12&chart=3');
  const search = new URL(boardAddress(place), 'http://localhost').searchParams;
  expect(readPlace(Object.fromEntries(search))).toEqual(place);
  expect(boardAddress({ source: null, set: null, chart: null })).toBe('/review');
});

test('what an address says wrongly is left out', () => {
  const none = { source: null, set: null, chart: null };
  expect(readPlace({})).toEqual(none);
  expect(readPlace({ source: 'toString', set: '-1', chart: '1e3' })).toEqual(none);
  expect(readPlace({ source: ['similar', 'similar'], set: '01', chart: 'x' })).toEqual(none);
});
