import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeChart } from '../exports/testing';
import { type TestServer, testServer } from '../testing';

let server: TestServer;
let chartId: number;
const uid = randomUUID();
const other = randomUUID();
beforeAll(async () => {
  server = await testServer();
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
      { uid, startTime: 16 * 60, endTime: 19 * 60, label },
      { uid: other, startTime: 60, endTime: 5 * 60, label },
      { startTime: 60, endTime: 5 * 60, label: 'O' },
    ],
  });
});
afterAll(() => server.close());

test('the outcome of a span is told from the candles behind it', async () => {
  expect(await server.owner.outcomes.ofSpan({ chartId, uid })).toMatchObject({
    touched: 'take_profit',
    entryTime: 20 * 60,
    exitTime: 21 * 60,
    atr: 2,
    gain: 2,
  });
});

test('too early for an ATR, there is none', async () => {
  expect(await server.owner.outcomes.ofSpan({ chartId, uid: other })).toBeNull();
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

test('a span of another chart, and barriers that make no sense, are refused', async () => {
  await expect(server.owner.outcomes.ofSpan({ chartId, uid: randomUUID() })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await expect(
    server.owner.outcomes.byLabel({ chartId, barriers: { takeProfit: 0 } }),
  ).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});
