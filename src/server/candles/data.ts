import { gunzipSync } from 'node:zlib';
import { and, between, type Column, desc, eq, lte, sql } from 'drizzle-orm';
import {
  type CandleWindow,
  type EncodedTile,
  type Gap,
  type Gaps,
  MAX_GAPS,
  MAX_MEASURED_BARS,
  type Measures,
  NEWEST_TILES,
  type Pyramid,
  TILE_BARS,
  type TimeframePyramid,
  VOLUME_BARS,
} from '@/contract/candles';
import type { Chart } from '@/contract/charts';
import { ATR_BARS } from '@/contract/outcomes';
import { decodeTile } from '@/contract/tile-codec';
import type { UtcSeconds } from '@/contract/units';
import type { Tx } from '@/lib/db';
import { candles, candleTiles, charts } from '@/lib/db/schema';
import { anyOf } from '@/lib/db/wire';
import { AppError } from '../errors';
import { type ChartScope, ofChart, requireChart } from '../scope';
import { coarserTimeframes, topLevel } from './rules';

/** The chart's timeframes and how many bars each has, told by the last tile of each. */
export async function getPyramid(db: Tx, scope: ChartScope, chart: Chart): Promise<Pyramid> {
  const { dataRev, timeframe } = chart;
  if (timeframe === null) return { dataRev, timeframes: [], tiles: [] };
  const timeframes: TimeframePyramid[] = [];
  for (const seconds of [timeframe, ...coarserTimeframes(timeframe)]) {
    const tile = await findLastTile(db, scope, seconds);
    if (!tile) continue;
    const bars = tile.seq * TILE_BARS + tile.bars;
    timeframes.push({ timeframe: seconds, bars, topLevel: topLevel(bars) });
  }
  const [own] = timeframes;
  return { dataRev, timeframes, tiles: own ? await listOpeningTiles(db, scope, dataRev, own) : [] };
}

/** The top and the newest tiles; none when the chart's candles have another data revision by now. */
async function listOpeningTiles(
  db: Tx,
  scope: ChartScope,
  dataRev: number,
  { timeframe, bars, topLevel }: TimeframePyramid,
): Promise<Pyramid['tiles']> {
  const newest = Math.floor((bars - 1) / TILE_BARS) - NEWEST_TILES;
  const found = await db.execute<Pyramid['tiles'][number]>(sql`
    select ${candleTiles.level}, ${candleTiles.seq}, ${base64(candleTiles.bytes)} as bytes
    from ${candleTiles}
    join ${charts} on ${charts.id} = ${candleTiles.chartId} and ${charts.dataRev} = ${dataRev}
    where ${at(scope, timeframe, topLevel)} and ${candleTiles.seq} = 0
      or ${at(scope, timeframe, 0)} and ${candleTiles.seq} > ${newest}`);
  return [...found];
}

async function findLastTile(db: Tx, scope: ChartScope, timeframe: number) {
  const [tile] = await db
    .select({ seq: candleTiles.seq, bars: candleTiles.bars })
    .from(candleTiles)
    .where(at(scope, timeframe, 0))
    .orderBy(desc(candleTiles.seq))
    .limit(1);
  return tile ?? null;
}

/**
 * Those of the tiles that exist, by number; NOT_FOUND when the chart's candles have another data
 * revision by now. One statement reads both, so that no import comes between them: an answer is
 * kept under the revision for good.
 */
export async function listTiles(
  db: Tx,
  scope: ChartScope,
  query: { dataRev: number; timeframe: number; level: number; seqs: number[] },
): Promise<EncodedTile[]> {
  const { dataRev, timeframe, level, seqs } = query;
  const found = await db.execute<EncodedTile>(sql`
    select ${candleTiles.seq}, ${base64(candleTiles.bytes)} as bytes
    from ${candleTiles}
    join ${charts} on ${charts.id} = ${candleTiles.chartId} and ${charts.dataRev} = ${dataRev}
    where ${at(scope, timeframe, level)} and ${anyOf(candleTiles.seq, seqs)}
    order by ${candleTiles.seq}`);
  if (found.length > 0) return found;
  const chart = await requireChart(db, scope);
  if (chart.dataRev === dataRev) return [];
  throw new AppError('NOT_FOUND', 'The candles of this chart have changed. Load it again.');
}

/** The level 0 bar at or before `time`, else the first one; NOT_FOUND for an unknown timeframe. */
export async function locateBar(
  db: Tx,
  scope: ChartScope,
  query: { timeframe: number; time: UtcSeconds },
): Promise<{ bar: number }> {
  const [tile] = await db
    .select({ seq: candleTiles.seq, bytes: candleTiles.bytes })
    .from(candleTiles)
    .where(and(at(scope, query.timeframe, 0), lte(candleTiles.firstTime, query.time)))
    .orderBy(desc(candleTiles.firstTime))
    .limit(1);
  if (!tile) {
    if (await findLastTile(db, scope, query.timeframe)) return { bar: 0 };
    throw new AppError('NOT_FOUND', `This chart has no bars of ${query.timeframe} seconds.`);
  }
  const { time } = decodeTile(gunzipSync(tile.bytes));
  const after = time.findIndex((each) => each > query.time);
  return { bar: tile.seq * TILE_BARS + (after < 0 ? time.length : after) - 1 };
}

/** Candles from `from` to `to`, both ends included. */
export async function readWindow(
  db: Tx,
  scope: ChartScope,
  { from, to, limit }: { from: UtcSeconds; to: UtcSeconds; limit: number },
): Promise<CandleWindow> {
  const rows = await db
    .select()
    .from(candles)
    .where(and(ofChart(scope, candles.chartId), between(candles.time, from, to)))
    .orderBy(candles.time)
    .limit(limit + 1);
  const next = rows.length > limit ? rows.pop()!.time : null;
  return {
    time: rows.map((row) => row.time),
    open: rows.map((row) => row.open),
    high: rows.map((row) => row.high),
    low: rows.map((row) => row.low),
    close: rows.map((row) => row.close),
    volume: rows.map((row) => row.volume),
    next,
  };
}

type Range = { startTime: UtcSeconds; endTime: UtcSeconds };

/**
 * Bars, height, slope and volume of each range, in their order. The ATR is the mean true range of the 14 candles
 * up to the range's last one, as that of an outcome.
 */
export async function measureRanges(
  db: Tx,
  scope: ChartScope,
  ranges: readonly Range[],
): Promise<Measures[]> {
  const own = ofChart(scope, candles.chartId);
  const rows = await db.execute<Measures>(sql`
    select bars, height / atr as height, slope / atr as slope, volume / nullif(before, 0) as "volumeRatio"
    from jsonb_to_recordset(${JSON.stringify(ranges.map((range, place) => ({ ...range, place })))}::jsonb)
        as each ("startTime" float8, "endTime" float8, place int),
      lateral (select to_timestamp("startTime") as first, to_timestamp("endTime") as last) as range,
      lateral (
        select case when count(*) <= ${MAX_MEASURED_BARS} then count(*)::int end as bars,
          case when count(*) <= ${MAX_MEASURED_BARS} then max(high) - min(low) end as height,
          case when count(*) <= ${MAX_MEASURED_BARS} then regr_slope(close, n) end as slope,
          case when count(*) <= ${MAX_MEASURED_BARS} then avg(volume) end as volume
        from (
          select high, low, close, volume, row_number() over (order by time) as n from ${candles}
          where ${own} and time between range.first and range.last
          order by time limit ${MAX_MEASURED_BARS + 1}
        ) as inside
      ) as inside,
      lateral (
        select avg(volume) as before from (
          select volume from ${candles} where ${own} and time < range.first
          order by time desc limit ${VOLUME_BARS}
        ) as earlier
      ) as earlier,
      lateral (
        select case when count(*) = ${ATR_BARS} then
          nullif(avg(greatest(high - low, abs(high - previous), abs(low - previous))), 0) end as atr
        from (
          select high, low, lag(close) over (order by time) as previous from (
            select time, high, low, close from ${candles} where ${own} and time <= range.last
            order by time desc limit ${ATR_BARS + 1}
          ) as latest
        ) as ranged where previous is not null
      ) as ranged
    order by place`);
  return [...rows];
}

/**
 * Pauses between candles that are out of the ordinary: a half longer than the timeframe at least,
 * and one of no more than four a year, or three in all, that are about as long. What comes more
 * often is how the market trades. A weekend counts for nothing where no Saturday has candles.
 */
export async function findGaps(
  db: Tx,
  scope: ChartScope,
  { timeframe }: Pick<Chart, 'timeframe'>,
): Promise<Gaps> {
  const rows = await db.transaction(async (tx) => {
    // It reads all of a chart's times: a million in less than a second.
    await tx.execute(sql`set local statement_timeout = '5min'`);
    return tx.execute<Gap & { count: number }>(gapsQuery(scope, timeframe));
  });
  const gaps = rows.map(({ after, before }) => ({ after, before }));
  return { count: rows[0]?.count ?? 0, gaps: gaps.sort((a, b) => a.after - b.after) };
}

const gapsQuery = (scope: ChartScope, timeframe: number | null) => sql`
  with step as (
    select ${candles.time} as after, lead(${candles.time}) over (order by ${candles.time}) as before
    from ${candles} where ${ofChart(scope, candles.chartId)}
  ),
  span as (
    -- Not from step: named once only, it is never kept as a whole.
    select extract(epoch from max(${candles.time}) - min(${candles.time}))::float8 / 86400 as days
    from ${candles} where ${ofChart(scope, candles.chartId)}
  ),
  pause as (
    select after, before, extract(epoch from before - after)::float8 as seconds,
      date_trunc('week', after + interval '2 days')
        + interval '6 days' <= before as holds_saturday
    from step where before - after >= make_interval(secs => ${timeframe}::float8 * 1.5)
  ),
  market as (
    select count(*) filter (where holds_saturday) >= greatest(1, 0.9 * (select days from span) / 7)
      as rests
    from pause
  ),
  trading as (
    select after, before, seconds - case when rests and holds_saturday then 172800 else 0 end as seconds
    from pause, market
  ),
  counted as (
    select *, count(*) over (partition by floor(ln(seconds) / ln(1.25))) as alike
    from trading where seconds >= ${timeframe}::float8 * 1.5
  )
  select extract(epoch from after)::float8 as after, extract(epoch from before)::float8 as before,
    count(*) over ()::int as count
  from counted where alike <= greatest(3, 4 * (select days from span) / 365.25)
  order by seconds desc, after limit ${MAX_GAPS}`;

/** PostgreSQL puts a line end after each 76 characters. */
const base64 = (bytes: Column) => sql`replace(encode(${bytes}, 'base64'), E'\\n', '')`;

const at = (scope: ChartScope, timeframe: number, level: number) =>
  and(
    ofChart(scope, candleTiles.chartId),
    eq(candleTiles.timeframe, timeframe),
    eq(candleTiles.level, level),
  );
