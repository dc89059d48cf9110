import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { eq, getTableColumns, inArray, sql } from 'drizzle-orm';
import type { Chart, ChartContents } from '@/contract/charts';
import type { Tx } from '@/lib/db';
import {
  annotations,
  chartMembers,
  charts,
  predictions,
  spanAnnotations,
  sqliteMigrations,
} from '@/lib/db/schema';
import { oldDatabasePath } from '@/lib/env';
import { AppError, violatedUnique } from '../errors';
import { type ChartScope, inScope, noSuchChart, ofChart, type Scope } from '../scope';
import { nameCandidates } from './rules';

const { createdBy, ...columns } = getTableColumns(charts);
const MAX_CHARTS = 10_000;
const CANDIDATES = 100;

/** The actor's charts by name, whatever the case of its letters. */
export function listCharts(db: Tx, scope: Scope): Promise<Chart[]> {
  return db
    .select(columns)
    .from(charts)
    .where(inScope(scope, charts.id))
    .orderBy(sql`lower(${charts.name})`, charts.id)
    .limit(MAX_CHARTS);
}

/** A new, empty chart of the actor's; where its name is taken it gets `-2`, `-3`, … */
export async function createChart(db: Tx, { actor }: Scope, name: string): Promise<Chart> {
  for (let from = 1; ; ) {
    const candidates = nameCandidates(name, from, CANDIDATES);
    const rows = await db
      .select({ name: charts.name })
      .from(charts)
      .where(inArray(charts.name, candidates));
    const taken = new Set(rows.map((row) => row.name));
    const free = candidates.find((candidate) => !taken.has(candidate));
    if (free === undefined) {
      from += CANDIDATES;
      continue;
    }
    const chart = await db.transaction(async (tx) => {
      const [made] = await tx
        .insert(charts)
        .values({ name: free, createdBy: actor.id })
        .onConflictDoNothing()
        .returning(columns);
      if (!made) return null;
      const owner = { chartId: made.id, userId: actor.id, role: 'owner' };
      await tx.insert(chartMembers).values(owner);
      return made;
    });
    if (chart) return chart;
    // Somebody took the name in between: look again.
  }
}

export async function renameChart(db: Tx, scope: ChartScope, name: string): Promise<Chart> {
  try {
    const [chart] = await db
      .update(charts)
      .set({ name })
      .where(ofChart(scope, charts.id))
      .returning(columns);
    if (!chart) throw noSuchChart(scope.chartId);
    return chart;
  } catch (error) {
    if (violatedUnique(error) === undefined) throw error;
    throw new AppError('CONFLICT', `There is already a chart named “${name}”.`);
  }
}

export async function getChartContents(db: Tx, scope: ChartScope): Promise<ChartContents> {
  const { chartId } = scope;
  const [contents] = await db
    .select({
      candles: charts.candleCount,
      annotations: db.$count(annotations, eq(annotations.chartId, chartId)),
      spans: db.$count(spanAnnotations, eq(spanAnnotations.chartId, chartId)),
      predictions: db.$count(predictions, eq(predictions.chartId, chartId)),
    })
    .from(charts)
    .where(ofChart(scope, charts.id));
  if (!contents) throw noSuchChart(chartId);
  return contents;
}

/** Deletes the chart with everything on it and tells what that was. */
export function deleteChart(db: Tx, scope: ChartScope): Promise<ChartContents> {
  return db.transaction(async (tx) => {
    // Millions of candles take longer than any other statement may.
    await tx.execute(sql`set local statement_timeout = '10min'`);
    // Waits for writers and keeps new ones out, so that the counts are what is deleted.
    await tx.execute(sql`select from ${charts} where ${ofChart(scope, charts.id)} for update`);
    const contents = await getChartContents(tx, scope);
    await tx.delete(charts).where(ofChart(scope, charts.id));
    return contents;
  });
}

/** The path of a SQLite database of the earlier release that lies here and was never moved, or null. */
export async function findOldDatabase(db: Tx): Promise<string | null> {
  const path = resolve(oldDatabasePath());
  if (!existsSync(path)) return null;
  const moved = await db
    .select({ phase: sqliteMigrations.phase })
    .from(sqliteMigrations)
    .where(eq(sqliteMigrations.phase, 'done'))
    .limit(1);
  return moved.length > 0 ? null : path;
}
