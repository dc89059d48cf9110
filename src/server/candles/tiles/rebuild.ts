import type { ClientBase } from 'pg';
import type { UtcSeconds } from '@/contract/units';
import { toPgTimestamp } from '@/lib/time';
import { LONE_CANDLE_TIMEFRAME, timeframeOf } from '../rules';
import { PyramidBuilder } from './pyramid-builder';
import { readCandles } from './read-candles';
import { copyTiles } from './stored-tiles';

const BATCH = 1 << 16;

/** What a chart's row says about its candles. */
export type ChartSummary = {
  timeframe: number;
  pricePrecision: number;
  candles: number;
  firstTime: UtcSeconds;
  lastTime: UtcSeconds;
};

/**
 * Builds a chart's tiles anew from its candles, in batches, and brings its row up to date under
 * its next data_rev. Runs in the transaction that `client` is in; null when there are no candles.
 * The timeframe is found out when it is left out.
 */
export async function rebuildTiles(
  client: ClientBase,
  chartId: number,
  onProgress: (candles: number) => void = () => {},
  timeframe?: number,
): Promise<ChartSummary | null> {
  await client.query('delete from candle_tiles where chart_id = $1', [chartId]);
  const builder = new PyramidBuilder(timeframe ?? (await chartTimeframe(client, chartId)));
  const { firstTime, lastTime } = await feed(client, chartId, builder, null, onProgress);
  if (firstTime === null || lastTime === null) {
    await clearSummary(client, chartId);
    return null;
  }
  const { candles } = builder;
  const pricePrecision = builder.pricePrecision();
  const summary = { timeframe: builder.timeframe, pricePrecision, candles, firstTime, lastTime };
  await writeSummary(client, chartId, summary);
  return summary;
}

/** Builds tiles from the chart's candles after `after` and stores them. */
export async function feed(
  client: ClientBase,
  chartId: number,
  builder: PyramidBuilder,
  after: UtcSeconds | null,
  onProgress: (candles: number) => void,
): Promise<{ firstTime: UtcSeconds | null; lastTime: UtcSeconds | null }> {
  // A table that was just filled has no statistics, and PostgreSQL would sort it for every batch.
  await client.query('set local enable_sort to off');
  let firstTime: UtcSeconds | null = null;
  let lastTime = after;
  for (;;) {
    const batch = await readCandles(client, chartId, lastTime, BATCH);
    if (batch.length === 0) break;
    builder.add(batch, batch.length);
    await copyTiles(client, chartId, builder.take());
    firstTime ??= batch.time[0]!;
    lastTime = batch.time[batch.length - 1]!;
    onProgress(builder.candles);
  }
  await client.query('set local enable_sort to default');
  builder.finish();
  await copyTiles(client, chartId, builder.take());
  return { firstTime, lastTime };
}

/**
 * The next data_rev. Browsers keep tiles under it for good, and a database that is made anew begins
 * with the same chart ids: taken from the clock, it does not come again.
 */
const NEXT_DATA_REV =
  'greatest(data_rev + 1, (extract(epoch from statement_timestamp()) * 1000)::bigint)';

/** Every change to a chart's candles ends with this, which those who follow the chart are told of. */
export async function writeSummary(client: ClientBase, chartId: number, summary: ChartSummary) {
  await client.query(
    `update charts set timeframe = $2, price_precision = $3, candle_count = $4,
       first_time = $5, last_time = $6, data_rev = ${NEXT_DATA_REV}
     where id = $1`,
    [
      chartId,
      summary.timeframe,
      summary.pricePrecision,
      summary.candles,
      toPgTimestamp(summary.firstTime),
      toPgTimestamp(summary.lastTime),
    ],
  );
  await notifyChart(client, chartId);
}

async function clearSummary(client: ClientBase, chartId: number) {
  await client.query(
    `update charts set timeframe = null, candle_count = 0, first_time = null, last_time = null,
       data_rev = ${NEXT_DATA_REV}
     where id = $1`,
    [chartId],
  );
  await notifyChart(client, chartId);
}

const notifyChart = (client: ClientBase, chartId: number) =>
  client.query("select pg_notify('chart', $1)", [String(chartId)]);

const chartTimeframe = async (client: ClientBase, chartId: number) =>
  (await findTimeframe(client, `candles where chart_id = ${Number(chartId)}`)) ??
  LONE_CANDLE_TIMEFRAME;

/** As TimeframeCounter finds it; null for less than two candles. */
export async function findTimeframe(client: ClientBase, candles: string): Promise<number | null> {
  const { rows } = await client.query<{ delta: number }>(
    `select extract(epoch from delta)::float8 as delta
     from (select time - lag(time) over (order by time) as delta from ${candles}) as deltas
     where delta is not null
     group by delta order by count(*) desc, delta limit 1`,
  );
  return rows[0] ? timeframeOf(rows[0].delta) : null;
}
