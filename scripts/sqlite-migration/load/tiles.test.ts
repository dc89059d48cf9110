import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { rebuildTiles } from '@/server/candles/tiles/rebuild';
import { buildFile, HOUR, START } from '../testing/build';
import { testMigration } from '../testing/migration';

const candle = (chart_id: number, time: number) => ({
  ...{ chart_id, time, open: 1 + (time % 977) / 100, high: 20, low: 0.5, close: 2 },
});

/** Charts one after the other, in pieces, newest first, with odd beginnings, and one without any. */
const fill = (add: (chart: number, ...times: number[]) => void) => {
  const hours = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => START + (from + i) * HOUR);
  add(1, ...hours(0, 5000));
  add(2, ...hours(0, 3000));
  add(3, ...hours(0, 900).reverse());
  add(4, START, START + 7 * HOUR, START + 14 * HOUR);
  add(5, START);
  add(4, ...hours(20, 3000));
  add(2, ...hours(3000, 4000));
  add(6, START, ...hours(30, 40), START + 1e6, ...hours(400, 2500));
};

test('tiles built on the way are those that are built from the table, however the candles lie', async () => {
  const at = await testMigration();
  onTestFinished(() => at.close());
  const path = buildFile(at.path('candles.db'), 'R5', ({ add }) => {
    for (let id = 1; id <= 7; id++) add('charts', { id, name: `chart ${id}`, created_at: START });
    fill((chart, ...times) => add('candles', ...times.map((time) => candle(chart, time))));
  });
  expect((await at.migrate(path)).report.result).toBe('PASS');

  const tiles = () =>
    at.rows(`select chart_id, timeframe, level, seq, first_time, bars, md5(bytes) as bytes
      from candle_tiles order by 1, 2, 3, 4`);
  const charts = () =>
    at.rows(`select id, timeframe, price_precision, candle_count, first_time, last_time
      from charts order by id`);
  const before = [await tiles(), await charts()];
  expect(before[0]!.length).toBeGreaterThan(40);

  const client = new Client({ connectionString: at.url });
  await client.connect();
  await client.query("set timezone to 'UTC'; begin");
  for (let id = 1; id <= 7; id++) await rebuildTiles(client, id);
  await client.query('commit');
  await client.end();
  expect([await tiles(), await charts()]).toEqual(before);
});
