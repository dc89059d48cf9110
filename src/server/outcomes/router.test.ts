import { beforeAll, expect, test } from 'vitest';
import { download, makeChart } from '../exports/testing';
import { serverTests } from '../testing';

const server = await serverTests();
let chartId: number;
beforeAll(async () => {
  // Twenty bars with a true range of 2, then one that rises by 5.
  const candles = Array.from({ length: 22 }, (_, i) => ({
    time: i * 60,
    open: 100,
    high: i === 21 ? 106 : 101,
    low: 99,
    close: i === 21 ? 105 : 100,
  }));
  const label = 'bull_flag';
  chartId = await makeChart(server.db, 'outcomes', {
    candles,
    spans: [
      { startTime: 16 * 60, endTime: 19 * 60, label },
      { startTime: 60, endTime: 5 * 60, label },
      { startTime: 60, endTime: 5 * 60, label: 'O' },
    ],
  });
});

test('the outcome of a span is told from the candles behind it', async () => {
  expect(await server.owner.outcomes.after({ chartId, time: 19 * 60 })).toMatchObject({
    touched: 'take_profit',
    entryTime: 20 * 60,
    exitTime: 21 * 60,
    atr: 2,
    gain: 2,
  });
});

test('too early for an ATR, there is none', async () => {
  expect(await server.owner.outcomes.after({ chartId, time: 5 * 60 })).toBeNull();
});

test('by label, negatives left out, and no rate with so few', async () => {
  const barriers = { side: 'short' as const, stop: 1 };
  expect(await server.owner.outcomes.byLabel({ chartId, barriers })).toEqual([
    {
      label: 'bull_flag',
      spans: 2,
      takeProfit: 0,
      stop: 1,
      time: 0,
      unresolved: 1,
      effectiveCount: 1,
      hitRate: null,
      meanGain: null,
    },
  ]);
});

test('barriers that make no sense are refused', async () => {
  await expect(
    server.owner.outcomes.byLabel({ chartId, barriers: { takeProfit: 0 } }),
  ).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

test('the JSON of spans carries the outcome of each, and says by which barriers', async () => {
  const file = JSON.parse(String(await download(server, 'spans-json', [chartId])));
  expect(file.barriers).toEqual({ side: 'long', takeProfit: 2, stop: 2, horizon: 20 });
  const outcomes = file.charts[0].spans.map(({ barrier_outcome }: never) => barrier_outcome);
  expect(outcomes).toContainEqual({
    touched: 'take_profit',
    bars: 2,
    gain_atr: 2,
    atr: 2,
    entry_time_utc: '1970-01-01T00:20:00Z',
    entry_price: 100,
    exit_time_utc: '1970-01-01T00:21:00Z',
    exit_price: 104,
  });
  expect(outcomes).toContainEqual(null);
});
