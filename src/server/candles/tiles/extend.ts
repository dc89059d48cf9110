import { gunzipSync } from 'node:zlib';
import type { ClientBase } from 'pg';
import { TILE_BARS, TILE_FANOUT } from '@/contract/candles';
import { ALL_TIME } from '@/contract/common';
import { decodeTile } from '@/contract/tile-codec';
import type { UtcSeconds } from '@/contract/units';
import { barStart, coarserTimeframes } from '../rules';
import { columnsOf, firstOf, type Kept, PyramidBuilder } from './pyramid-builder';
import { type ChartSummary, feed, rebuildTiles, writeSummary } from './rebuild';

const MICROSECOND = 1e-6;

type Before = Pick<ChartSummary, 'timeframe' | 'pricePrecision' | 'firstTime'>;

/**
 * As rebuildTiles, for a chart whose candles have changed from `from` on and not before: reads them
 * from there, not from the beginning. Its timeframe is what it was.
 */
export async function extendTiles(
  client: ClientBase,
  chartId: number,
  from: UtcSeconds,
  onProgress: (candles: number) => void = () => {},
): Promise<ChartSummary | null> {
  const before = await readSummary(client, chartId);
  const { timeframe } = before;
  const kept = new Map<number, Kept>();
  for (const seconds of [timeframe, ...coarserTimeframes(timeframe)]) {
    const start = seconds === timeframe ? from : barStart(from, seconds);
    const own = await keepBefore(client, { chartId, timeframe: seconds }, start);
    const isNew = own.levels[0]?.bars === 0 && barStart(before.firstTime, seconds) < start;
    // A version from before knew no bars of that length.
    if (isNew && seconds !== timeframe) return rebuildTiles(client, chartId, onProgress);
    kept.set(seconds, own);
  }
  const builder = new PyramidBuilder(timeframe, kept);
  const earliest = Math.min(...[...kept.values()].map((each) => each.from));
  const after = earliest > ALL_TIME.from ? earliest - MICROSECOND : null;
  const { firstTime, lastTime } = await feed(client, chartId, builder, after, onProgress);
  if (firstTime === null || lastTime === null) return rebuildTiles(client, chartId, onProgress);
  const summary = {
    timeframe,
    // Decimals that were needed still are.
    pricePrecision: Math.max(before.pricePrecision, builder.pricePrecision()),
    candles: builder.candles,
    firstTime: Math.min(before.firstTime, firstTime),
    lastTime,
  };
  await writeSummary(client, chartId, summary);
  return summary;
}

async function readSummary(client: ClientBase, chartId: number): Promise<Before> {
  const { rows } = await client.query<Before>(
    `select timeframe, price_precision as "pricePrecision",
       extract(epoch from first_time)::float8 as "firstTime"
     from charts where id = $1`,
    [chartId],
  );
  return rows[0]!;
}

type Place = { chartId: number; timeframe: number };

/** Deletes the timeframe's tiles that hold a bar of `from` or later, and tells what stays of them. */
async function keepBefore(client: ClientBase, at: Place, from: UtcSeconds): Promise<Kept> {
  const levels: Kept['levels'] = [];
  for (let bars = await countBefore(client, at, from); ; bars = Math.floor(bars / TILE_FANOUT)) {
    const isLast = bars <= TILE_BARS;
    const seq = isLast ? 0 : Math.floor(bars / TILE_BARS);
    const inTile = bars - seq * TILE_BARS;
    const tile = inTile > 0 ? await readTile(client, at, levels.length, seq) : columnsOf(0);
    levels.push({ bars, last: firstOf(tile, inTile) });
    if (isLast) break;
  }
  const firstGone = levels.map(({ bars }) =>
    bars <= TILE_BARS ? 0 : Math.floor(bars / TILE_BARS),
  );
  await client.query(
    `delete from candle_tiles
     where chart_id = $1 and timeframe = $2 and seq >= coalesce(($3::int[])[level + 1], 0)`,
    [at.chartId, at.timeframe, firstGone],
  );
  return { from, levels };
}

async function countBefore(client: ClientBase, at: Place, from: UtcSeconds): Promise<number> {
  const { rows } = await client.query<{ seq: number; bytes: Buffer }>(
    `select seq, bytes from candle_tiles
     where chart_id = $1 and timeframe = $2 and level = 0 and first_time < to_timestamp($3)
     order by first_time desc limit 1`,
    [at.chartId, at.timeframe, from],
  );
  const [tile] = rows;
  if (!tile) return 0;
  const { time } = decodeTile(gunzipSync(tile.bytes));
  const later = time.findIndex((each) => each >= from);
  return tile.seq * TILE_BARS + (later < 0 ? time.length : later);
}

async function readTile(client: ClientBase, at: Place, level: number, seq: number) {
  const { rows } = await client.query<{ bytes: Buffer }>(
    `select bytes from candle_tiles
     where chart_id = $1 and timeframe = $2 and level = $3 and seq = $4`,
    [at.chartId, at.timeframe, level, seq],
  );
  return decodeTile(gunzipSync(rows[0]!.bytes));
}
