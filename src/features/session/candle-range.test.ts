import fc from 'fast-check';
import type { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BarSource, candleRange } from '@/chart/candle-range';
import { TILE_BARS } from '@/contract/candles';
import { decodeTile } from '@/contract/tile-codec';
import { connectForCopy } from '@/lib/db/copy/connect';
import { rebuildTiles } from '@/server/candles/tiles/rebuild';
import { ownCharts, type TestServer, testServer } from '@/server/testing';

const HOUR = 3_600;
const DAY = 86_400;
/** A Tuesday, so that the first week and month are cut. */
const START = Date.UTC(2024, 0, 30) / 1000;

let server: TestServer;
let client: Client;
beforeAll(async () => {
  server = await testServer();
  client = await connectForCopy(server.url);
});
afterAll(async () => {
  await client.end();
  await server.close();
});

/** How candles lie: their length, the time of day where they begin, and which of them are missing. */
type Market = { base: number; offset: number; rests: number; count: number };

const market = fc.record({
  base: fc.constantFrom(60, 300, HOUR, 4 * HOUR, DAY),
  // Of days that begin in New York or Kathmandu; of a multiple of the candles' own length or not.
  offset: fc.constantFrom(0, 5 * HOUR, 22 * HOUR, 18 * HOUR + 900),
  /** Every so many candles a third of them is missing. */
  rests: fc.integer({ min: 2, max: 400 }),
  count: fc.integer({ min: 1, max: 1_500 }),
});

async function makeChart({ base, offset, rests, count }: Market): Promise<number> {
  const made = await client.query<{ id: number }>(
    'insert into charts (name) values (gen_random_uuid()::text) returning id',
  );
  const id = made.rows[0]!.id;
  await client.query(
    `insert into candles
     select $1, to_timestamp($2::float8 + i * $3::float8), 1, 2, 0.5, 1, null
     from generate_series(0, $4::int) i where i = 0 or i % $5 <= $5 * 2 / 3`,
    [id, START + offset, base, count, rests],
  );
  await rebuildTiles(client, id, undefined, base);
  await ownCharts(server.db);
  return id;
}

/** The candles of each bar, told by PostgreSQL's own calendar. */
async function bucketsOf(chartId: number, base: number, timeframe: number) {
  const bucket =
    timeframe === base
      ? 'time'
      : timeframe === 30 * DAY
        ? "date_trunc('month', time, 'UTC')"
        : timeframe === 7 * DAY
          ? "date_trunc('week', time, 'UTC')"
          : `floor(extract(epoch from time) / ${timeframe})`;
  const { rows } = await client.query<{ first: number; last: number; middle: number }>(
    `select extract(epoch from min(time))::float8 as first,
       extract(epoch from max(time))::float8 as last,
       extract(epoch from percentile_disc(0.5) within group (order by time))::float8 as middle
     from candles where chart_id = $1 group by ${bucket} order by 1`,
    [chartId],
  );
  return rows;
}

/** As the chart reads bars: by tiles. */
function sourceOf(chartId: number, dataRev: number, timeframe: number, bars: number): BarSource {
  const { owner } = server;
  return {
    bars,
    locate: async (time) => (await owner.candles.locate({ chartId, timeframe, time })).bar,
    async timeOf(bar) {
      const seqs = [Math.floor(bar / TILE_BARS)];
      const [tile] = await owner.candles.tiles({ chartId, dataRev, timeframe, level: 0, seqs });
      const bytes = Buffer.from(tile?.bytes ?? '', 'base64');
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
      const columns = decodeTile(new Uint8Array(await new Response(stream).arrayBuffer()));
      return columns.time[bar % TILE_BARS]!;
    },
  };
}

test('a bar of any timeframe is found to hold its candles, whatever is missing between', async () => {
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(market, fc.double({ min: 0, max: 1, noNaN: true }), async (like, share) => {
      const id = await makeChart(like);
      const { dataRev, timeframes } = await server.owner.candles.pyramid({ chartId: id });
      const [own] = timeframes;
      if (!own) throw new Error('the chart has no candles');
      const base = sourceOf(id, dataRev, own.timeframe, own.bars);
      for (const { timeframe, bars } of timeframes) {
        const buckets = await bucketsOf(id, own.timeframe, timeframe);
        expect(buckets).toHaveLength(bars);
        seen.add(timeframe);
        const shown = sourceOf(id, dataRev, timeframe, bars);
        const some = new Set([0, bars - 1, Math.floor(share * (bars - 1))]);
        for (const bar of some) {
          const bucket = buckets[bar];
          if (!bucket) throw new Error(`no bar ${bar}`);
          const { first, last, middle } = bucket;
          // Of a bar's own time, which the pointer has, and of any candle in it.
          for (const time of [first, middle, last]) {
            expect(await candleRange(shown, base, time)).toEqual({ first, last });
          }
        }
      }
    }),
    { numRuns: 15, endOnFailure: true },
  );
  expect(seen.size).toBeGreaterThan(6);
}, 120_000);
