import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { eq, getTableColumns, inArray, type SQL, sql } from 'drizzle-orm';
import type { Chart, ChartContents } from '@/contract/charts';
import type { Db, Tx } from '@/lib/db';
import {
  annotations,
  charts,
  predictions,
  spanAnnotations,
  sqliteMigrations,
} from '@/lib/db/schema';
import { wireColumns } from '@/lib/db/wire';
import { oldDatabasePath } from '@/lib/env';
import { AppError, violatedUnique } from '../errors';
import { nameCandidates } from './rules';

const { createdBy, ...columns } = getTableColumns(charts);
const wire = wireColumns(charts, Object.keys(columns));
const MAX_CHARTS = 10_000;
const CANDIDATES = 100;

export async function findChart(db: Tx, id: number): Promise<Chart | null> {
  const [chart] = await db.execute<Chart>(sql`select ${wire} from ${charts} where id = ${id}`);
  return chart ?? null;
}

/**
 * What `rows` selects of the chart, proven by the same statement: a chart without any gives one row,
 * of nulls, and only one that is not there gives none.
 */
export async function readOfChart<Row extends { id: number }>(
  db: Tx,
  chartId: number,
  rows: SQL,
): Promise<Row[]> {
  const found = await db.execute<{ [Key in keyof Row]: Row[Key] | null }>(sql`
    select listed.* from ${charts} left join lateral (${rows}) as listed on true
    where ${charts.id} = ${chartId}`);
  if (found.length === 0) throw noSuchChart(chartId);
  return found[0]?.id === null ? [] : (found as unknown as Row[]);
}

/** Charts by name, whatever the case of its letters. */
export function listCharts(db: Tx): Promise<Chart[]> {
  return db
    .select(columns)
    .from(charts)
    .orderBy(sql`lower(${charts.name})`, charts.id)
    .limit(MAX_CHARTS);
}

/** A new, empty chart; where its name is taken it gets `-2`, `-3`, … */
export async function createChart(
  db: Tx,
  { name, createdBy }: { name: string; createdBy: string },
): Promise<Chart> {
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
    const [chart] = await db
      .insert(charts)
      .values({ name: free, createdBy })
      .onConflictDoNothing()
      .returning(columns);
    if (chart) return chart;
    // Somebody took the name in between: look again.
  }
}

export async function renameChart(db: Tx, id: number, name: string): Promise<Chart> {
  try {
    const [chart] = await db
      .update(charts)
      .set({ name })
      .where(eq(charts.id, id))
      .returning(columns);
    if (!chart) throw noSuchChart(id);
    return chart;
  } catch (error) {
    if (violatedUnique(error) === undefined) throw error;
    throw new AppError('CONFLICT', `There is already a chart named “${name}”.`);
  }
}

export async function getChartContents(db: Tx, id: number): Promise<ChartContents> {
  const [contents] = await db
    .select({
      candles: charts.candleCount,
      annotations: db.$count(annotations, eq(annotations.chartId, id)),
      spans: db.$count(spanAnnotations, eq(spanAnnotations.chartId, id)),
      predictions: db.$count(predictions, eq(predictions.chartId, id)),
    })
    .from(charts)
    .where(eq(charts.id, id));
  if (!contents) throw noSuchChart(id);
  return contents;
}

/** Deletes the chart with everything on it and tells what that was. */
export function deleteChart(db: Db, id: number): Promise<ChartContents> {
  return db.transaction(async (tx) => {
    // Millions of candles take longer than any other statement may.
    await tx.execute(sql`set local statement_timeout = '10min'`);
    // Waits for writers and keeps new ones out, so that the counts are what is deleted.
    await tx.execute(sql`select from ${charts} where ${charts.id} = ${id} for update`);
    const contents = await getChartContents(tx, id);
    await tx.delete(charts).where(eq(charts.id, id));
    return contents;
  });
}

export const noSuchChart = (id: number) => new AppError('NOT_FOUND', `There is no chart ${id}.`);

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
