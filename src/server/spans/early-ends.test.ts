import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectForCopy } from '@/lib/db/copy/connect';
import { rebuildTiles } from '../candles/tiles/rebuild';
import { ownCharts, type TestServer, testServer } from '../testing';

const at = (day: string) => Date.parse(`${day}Z`) / 1000;

let server: TestServer;
let client: Client;
let chartId: number;
beforeAll(async () => {
  server = await testServer();
  client = await connectForCopy(server.url);
  const made = await client.query<{ id: number }>(
    "insert into charts (name, timeframe) values ('days', 86400) returning id",
  );
  chartId = made.rows[0]?.id as number;
  // Weekdays from a Monday on; Friday, 2018-01-26 is a holiday, and so is Monday, 2018-02-05.
  await client.query(
    `insert into candles
     select $1, day, 1, 2, 0.5, 1, null
     from generate_series('2018-01-01'::timestamptz, '2018-03-30', '1 day') day
     where extract(isodow from day at time zone 'UTC') < 6
       and day not in ('2018-01-26', '2018-02-05')`,
    [chartId],
  );
  await rebuildTiles(client, chartId, undefined, 86_400);
  await ownCharts(server.db);
});
afterAll(async () => {
  await client.end();
  await server.close();
});

async function earlyEnds(...ranges: [start: string, end: string][]) {
  const created = ranges.map(([start, end]) => ({
    uid: randomUUID(),
    startTime: at(start),
    endTime: at(end),
    label: 'bull_flag',
    confidence: null,
    outcome: null,
    notes: null,
    subSpans: null,
    color: null,
    source: 'human',
    modelPrediction: null,
  }));
  await server.owner.spans.save({ chartId, diff: { created } });
  const found = await server.owner.spans.earlyEnds({ chartId });
  const spans = await server.owner.spans.list({ chartId, from: 0, to: 4e9 });
  await server.owner.spans.bulkDelete({ chartId, from: 0, to: 4e9 });
  const dayOf = (time: number) => new Date(time * 1000).toISOString().slice(0, 10);
  expect(spans).toHaveLength(ranges.length);
  return ranges.map((_, index) => {
    const early = found.find(({ uid }) => uid === created[index]?.uid);
    return early ? [dayOf(early.endTime), dayOf(early.lastTime), early.timeframe / 86_400] : null;
  });
}

test('a span of weeks that ends on its last Monday may end too early', async () => {
  expect(await earlyEnds(['2018-01-08', '2018-01-15'])).toEqual([['2018-01-15', '2018-01-19', 7]]);
});

test('where days are missing, a week begins and ends with the candles that it has', async () => {
  expect(await earlyEnds(['2018-01-08', '2018-01-22'], ['2018-01-22', '2018-02-06'])).toEqual([
    ['2018-01-22', '2018-01-25', 7],
    ['2018-02-06', '2018-02-09', 7],
  ]);
});

test('the last bar of all goes to the last candle', async () => {
  expect(await earlyEnds(['2018-01-01', '2018-03-26'])).toEqual([['2018-03-26', '2018-03-30', 7]]);
});

test('of more than one timeframe it is the coarsest', async () => {
  expect(await earlyEnds(['2018-01-01', '2018-02-01'])).toEqual([['2018-02-01', '2018-02-28', 30]]);
});

test('spans of days are left alone, and so are those of one bar', async () => {
  expect(
    await earlyEnds(
      ['2018-01-09', '2018-01-15'],
      ['2018-01-08', '2018-01-16'],
      ['2018-01-08', '2018-01-08'],
      ['2018-01-08', '2018-01-19'],
    ),
  ).toEqual([null, null, null, null]);
});
