import { sql } from 'drizzle-orm';
import type { Tx } from '@/lib/db';
import { charts, revisions } from '@/lib/db/schema';
import { anyOf } from '@/lib/db/wire';
import { type ChartScope, noSuchChart, ofChart } from '../scope';
import type { Stored } from './diff';
import type { EntityRows } from './entity';

/**
 * One writer a chart at a time, so that revs are dense and, like their times, in the order of commits.
 * What it writes goes by unique keys, so its plans, and those of the checks of foreign keys, may be
 * kept: without sequential scans and merges, which read all of a table, rows are found by uid, line by
 * line, whatever the table's size was.
 */
export async function lockChart(tx: Tx, scope: ChartScope): Promise<number> {
  const [chart] = await tx.execute<{ rev: number }>(sql`
    select rev::double precision, set_config('plan_cache_mode', 'auto', true),
      set_config('enable_seqscan', 'off', true), set_config('enable_mergejoin', 'off', true)
    from ${charts} where ${ofChart(scope, charts.id)} for no key update`);
  if (!chart) throw noSuchChart(scope.chartId);
  return chart.rev;
}

/**
 * Calls whoever follows these charts, once the transaction commits. A statement of its own: Citus takes
 * no volatile function in one that writes to a table of the cluster.
 */
export async function notifyCharts(tx: Tx, chartIds: readonly number[]): Promise<void> {
  await tx.execute(sql`
    select pg_notify('chart', id::text) from unnest(${`{${chartIds.join(',')}}`}::int[]) as id`);
}

/** The rows among `uids` of a chart that the caller holds, by uid. */
export async function lockRows<Row extends Stored>(
  tx: Tx,
  { table, row }: EntityRows,
  chartId: number,
  uids: string[],
): Promise<Map<string, Row>> {
  // By uid alone: a plan that goes by chart, once kept, would read all of it.
  const found = await tx.execute<{ row: Row }>(
    sql`select ${row} as row from ${table} where ${anyOf(table.uid, uids)} for update`,
  );
  const own = found.filter((line) => line.row.chartId === chartId);
  return new Map(own.map((line) => [line.row.uid, line.row]));
}

/** The revs that last deleted those among `uids` which the log of a chart knows as deleted. */
export async function lastDeletions(
  tx: Tx,
  { name }: EntityRows,
  chartId: number,
  uids: string[],
): Promise<Map<string, number>> {
  if (uids.length === 0) return new Map();
  const found = await tx.execute<{ uid: string; rev: number }>(sql`
    select uid, max(rev)::double precision as rev from ${revisions}
    where ${anyOf(revisions.uid, uids)} and chart_id = ${chartId} and entity = ${name}
      and op = 'delete'
    group by uid`);
  return new Map(found.map(({ uid, rev }) => [uid, rev]));
}
