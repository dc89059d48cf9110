import { expect, test } from 'vitest';
import type { Chart, ChartOverview } from '@/contract/charts';
import type { SpanLabelType } from '@/contract/spans';
import { arranged, type Order } from './chart-order';

const chart = (id: number, name: string, candleCount: number, createdAt: number): Chart => ({
  ...{ id, name, candleCount, createdAt, symbol: null, timeframe: 60, pricePrecision: 2 },
  ...{ firstTime: null, lastTime: null, exchangeZone: null, rev: 0, dataRev: 0 },
});
const charts = [chart(1, 'Alpha', 10, 5), chart(2, 'Beta', 30, 9), chart(3, 'Gamma', 20, 7)];
const overviews: ChartOverview[] = [
  {
    ...{ chartId: 1, spans: [{ label: 'bull_flag', count: 2 }], exampleSpans: 0, stale: null },
    lastWork: { at: 99, by: 'Ada' },
  },
  { chartId: 2, spans: [], exampleSpans: 0, stale: null, lastWork: null },
];
const labels = [{ name: 'bull_flag', displayName: 'Bull flag' }] as SpanLabelType[];
const ids = (words: string, order: Order = 'name') =>
  arranged(charts, overviews, { words, order, labels }).map((each) => each.chart.id);

test('charts are found by name and by the labels on them', () => {
  expect(ids('')).toEqual([1, 2, 3]);
  expect(ids('ALPH')).toEqual([1]);
  expect(ids('alpha flag')).toEqual([1]);
  expect(ids('beta flag')).toEqual([]);
});

test('they are sorted by work, candles or spans', () => {
  expect(ids('', 'work')).toEqual([1, 2, 3]);
  expect(ids('', 'candles')).toEqual([2, 3, 1]);
  expect(ids('', 'spans')).toEqual([1, 2, 3]);
  expect(ids('a', 'candles')).toEqual([2, 3, 1]);
});
