import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Tx } from '@/lib/db';
import { annotations, charts, spanAnnotations } from '@/lib/db/schema';
import { type ChartScope, inScope, noSuchChart, type Scope } from '../scope';

/** `candles`, `spans` and `annotations` are how many it has. */
export type ChartToExport = {
  scope: ChartScope;
  name: string;
  timeframe: number | null;
  candles: number;
  spans: number;
  annotations: number;
};

/**
 * For a transaction that a file is written or read in: the file may be behind a slow line, or its
 * reader in a pager, for longer than a transaction may rest.
 */
export async function allowPauses(tx: Tx) {
  await tx.execute(sql`set local idle_in_transaction_session_timeout = '10min'`);
}

/** The actor's charts of `ids`, or all, by name; NOT_FOUND for the first that does not exist. */
export async function listChartsToExport(
  tx: Tx,
  scope: Scope,
  ids: number[] | null,
): Promise<ChartToExport[]> {
  const rows = await tx
    .select({
      id: charts.id,
      name: charts.name,
      timeframe: charts.timeframe,
      candles: charts.candleCount,
      spans: tx.$count(spanAnnotations, eq(spanAnnotations.chartId, charts.id)),
      annotations: tx.$count(annotations, eq(annotations.chartId, charts.id)),
    })
    .from(charts)
    .where(and(inScope(scope, charts.id), ids ? inArray(charts.id, ids) : undefined))
    .orderBy(sql`lower(${charts.name})`, charts.id);
  const missing = ids?.find((id) => !rows.some((chart) => chart.id === id));
  if (missing !== undefined) throw noSuchChart(missing);
  return rows.map(({ id, ...chart }) => ({ scope: { ...scope, chartId: id }, ...chart }));
}

/** Those of the actor's charts that have one of the names. */
export function findChartsByName(
  tx: Tx,
  scope: Scope,
  names: string[],
): Promise<{ id: number; name: string }[]> {
  return tx
    .select({ id: charts.id, name: charts.name })
    .from(charts)
    .where(and(inArray(charts.name, names), inScope(scope, charts.id)))
    .limit(names.length);
}
