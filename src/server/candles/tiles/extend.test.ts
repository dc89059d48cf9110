import fc from 'fast-check';
import type { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectForCopy } from '@/lib/db/copy/connect';
import { testDatabase } from '@/lib/db/testing';
import { extendTiles } from './extend';
import { rebuildTiles } from './rebuild';

const MINUTE = 60;
/** A Saturday at the end of a month, so that weeks and months end soon. */
const START = Date.UTC(2024, 5, 29, 22) / 1000;

let database: Awaited<ReturnType<typeof testDatabase>>;
let client: Client;
beforeAll(async () => {
  database = await testDatabase();
  client = await connectForCopy(database.url);
});
afterAll(async () => {
  await client.end();
  await database.close();
});

/** Candles of minutes `from` to `to`, with hours left out; `salt` makes them others. */
const insert = (chartId: number, from: number, to: number, salt: number) =>
  client.query(
    `insert into candles
     select $1, to_timestamp($2::float8 + i * ${MINUTE}), p, p + 1.5, p - 0.25, p + 0.5,
       case when i % 7 <> 3 then (i * 7919 + $5) % 100003 / 8.0 end
     from generate_series($3::int, $4::int - 1) i, lateral (select (i * 31 + $5) % 977 / 4.0) t (p)
     where i % 977 < 900
     on conflict (chart_id, time) do update set open = excluded.open, high = excluded.high,
       low = excluded.low, close = excluded.close, volume = excluded.volume`,
    [chartId, START, from, to, salt],
  );

async function tilesOf(chartId: number) {
  const { rows } = await client.query(
    `select timeframe, level, seq, first_time, bars, md5(bytes) as bytes from candle_tiles
     where chart_id = $1 order by 1, 2, 3`,
    [chartId],
  );
  return rows;
}

/** Numbers of candles about which tiles and groups of four begin and end. */
const length = fc.oneof(
  fc.constantFrom(1, 3, 4, 5, 1_023, 1_024, 1_025, 4_096, 4_097, 8_193),
  fc.integer({ min: 1, max: 9_000 }),
);

test('what is built anew from a time on is what would be built from the beginning', async () => {
  let extended = 0;
  await fc.assert(
    fc.asyncProperty(
      length,
      length,
      fc.double({ min: 0, max: 1.1, noNaN: true }),
      async (size, more, share) => {
        await client.query('begin');
        const made = await client.query<{ id: number }>(
          "insert into charts (name) values ('a') returning id",
        );
        const { id } = made.rows[0]!;
        await insert(id, 0, size, 1);
        const before = await rebuildTiles(client, id, undefined, MINUTE);
        const from = Math.floor(size * share);
        await insert(id, from, from + more, 2);
        const summary = before && (await extendTiles(client, id, START + from * MINUTE));
        const tiles = await tilesOf(id);
        expect(summary).toEqual(await rebuildTiles(client, id, undefined, MINUTE));
        expect(tiles).toEqual(await tilesOf(id));
        await client.query('rollback');
        if (summary && summary.candles > 4_500) extended++;
      },
    ),
    { numRuns: 25, endOnFailure: true },
  );
  expect(extended).toBeGreaterThan(5);
});

test('it reads the candles of the last month, not all of them', async () => {
  await client.query("insert into charts (id, name) values (1000, 'long')");
  await insert(1000, 0, 150_000, 1);
  const whole = await rebuildTiles(client, 1000);
  const end = START + 150_000 * MINUTE;
  await insert(1000, 150_000, 150_100, 2);
  const seen: number[] = [];
  await extendTiles(client, 1000, end, (candles) => seen.push(candles));
  expect(seen).toHaveLength(1);
  expect(seen[0]).toBeGreaterThan(whole!.candles);
});

test('a timeframe that the chart did not have when it was imported is built from the beginning', async () => {
  await client.query("insert into charts (id, name) values (1001, 'old')");
  await insert(1001, 0, 3_000, 1);
  await rebuildTiles(client, 1001);
  const whole = await tilesOf(1001);
  await client.query('delete from candle_tiles where chart_id = 1001 and timeframe = 300');
  await extendTiles(client, 1001, START + 2_990 * MINUTE);
  expect(await tilesOf(1001)).toEqual(whole);
});
