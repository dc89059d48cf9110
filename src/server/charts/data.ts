import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { eq, getTableColumns, inArray, sql } from 'drizzle-orm';
import {
  type Chart,
  type ChartContents,
  type ChartOverview,
  type ChartPicture,
  MAX_CHARTS,
  PICTURE_PLACES,
} from '@/contract/charts';
import { NEGATIVE_LABEL } from '@/contract/spans';
import type { Tx } from '@/lib/db';
import {
  annotations,
  chartMembers,
  charts,
  examinedRanges,
  predictions,
  revisions,
  spanAnnotations,
  sqliteMigrations,
  users,
} from '@/lib/db/schema';
import { oldDatabasePath } from '@/lib/env';
import { AppError, violatedUnique } from '../errors';
import { countExamined } from '../examined/data';
import { type ChartScope, inScope, noSuchChart, ofChart, type Scope } from '../scope';
import { nameCandidates } from './rules';

const { createdBy, ...columns } = getTableColumns(charts);
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

/** The actor's charts, each with its spans by label and its newest change. */
export async function listOverviews(db: Tx, scope: Scope): Promise<ChartOverview[]> {
  const spans = await db.execute<{ chartId: number; label: string; count: number }>(sql`
    select chart_id as "chartId", label, count(*)::int as count from ${spanAnnotations}
    where ${inScope(scope, spanAnnotations.chartId)} and label <> ${NEGATIVE_LABEL}
    group by chart_id, label order by count desc, label`);
  const last = await db.execute<{ chartId: number; at: number | null; by: string | null }>(sql`
    select ${charts.id} as "chartId", date_part('epoch', newest.at) as at, ${users.name} as by
    from ${charts}
    left join lateral (select at, actor from ${revisions}
      where ${revisions.chartId} = ${charts.id} order by rev desc limit 1) as newest on true
    left join ${users} on ${users.id} = newest.actor
    where ${inScope(scope, charts.id)} limit ${MAX_CHARTS}`);
  const bySpans = new Map<number, ChartOverview['spans']>();
  for (const { chartId, ...counted } of spans) {
    const known = bySpans.get(chartId);
    if (known) known.push(counted);
    else bySpans.set(chartId, [counted]);
  }
  return last.map(({ chartId, at, by }) => ({
    chartId,
    spans: bySpans.get(chartId) ?? [],
    lastWork: at === null || by === null ? null : { at, by },
  }));
}

export async function readPicture(db: Tx, scope: ChartScope): Promise<ChartPicture> {
  const spans = await db.execute<ChartPicture['spans'][0]>(sql`
    select distinct on (place, label) date_part('epoch', start_time) as "startTime",
      date_part('epoch', end_time) as "endTime", label
    from ${spanAnnotations}, lateral (select width_bucket(
      date_part('epoch', start_time), date_part('epoch', ${charts.firstTime}),
      date_part('epoch', ${charts.lastTime}) + 1, ${PICTURE_PLACES}) as place
      from ${charts} where ${charts.id} = ${scope.chartId}) as placed
    where ${ofChart(scope, spanAnnotations.chartId)} and label <> ${NEGATIVE_LABEL}
    order by place, label, start_time limit 2000`);
  const examined = await db.execute<ChartPicture['examined'][0]>(sql`
    select date_part('epoch', lower(range)) as "startTime",
      date_part('epoch', upper(range)) as "endTime"
    from (select unnest(range_agg(tstzrange(start_time, end_time, '[]'))) as range
      from ${examinedRanges} where ${ofChart(scope, examinedRanges.chartId)}) as merged
    order by 1 limit 2000`);
  const { examined: examinedCandles } = await countExamined(db, scope);
  return { spans, examined, examinedCandles };
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
