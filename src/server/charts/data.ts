import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { and, eq, getTableColumns, inArray, type SQL, sql } from 'drizzle-orm';
import {
  type Chart,
  type ChartContents,
  type ChartOverview,
  type ChartPicture,
  DAYS_TO_RESTORE,
  type DeletedChart,
  MAX_CHARTS,
  PICTURE_PLACES,
} from '@/contract/charts';
import { EXAMPLE } from '@/contract/example';
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
import { rolesThat } from '../permissions';
import { type ChartScope, inScope, noSuchChart, ofChart, requireChart, type Scope } from '../scope';
import { nameCandidates } from './rules';

const { createdBy, deletedAt, beforeDeletion, ...columns } = getTableColumns(charts);
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

/** The actor's charts, each with its spans by label, how much is stale, and its newest change. */
export async function listOverviews(db: Tx, scope: Scope): Promise<ChartOverview[]> {
  type Counted = { chartId: number; label: string; count: number; example: number };
  const spans = await db.execute<Counted>(sql`
    select chart_id as "chartId", label, count(*)::int as count,
      count(*) filter (where source = ${EXAMPLE.source})::int as example
    from ${spanAnnotations}
    where ${inScope(scope, spanAnnotations.chartId)} and label <> ${NEGATIVE_LABEL}
    group by chart_id, label order by count desc, label`);
  const last = await db.execute<{ chartId: number; at: number | null; by: string | null }>(sql`
    select ${charts.id} as "chartId", date_part('epoch', newest.at) as at, ${users.name} as by
    from ${charts}
    left join lateral (select at, actor from ${revisions}
      where ${revisions.chartId} = ${charts.id} order by rev desc limit 1) as newest on true
    left join ${users} on ${users.id} = newest.actor
    where ${inScope(scope, charts.id)} limit ${MAX_CHARTS}`);
  const stale = await db.execute<NonNullable<ChartOverview['stale']> & { chartId: number }>(sql`
    select distinct on (chart_id) chart_id as "chartId",
      count(*) over (partition by chart_id)::int as count,
      jsonb_build_object('uid', uid, 'entity', entity, 'startTime', date_part('epoch', start_time),
        'endTime', date_part('epoch', end_time)) as first
    from (
      select chart_id, uid, 'span' as entity, start_time, end_time from ${spanAnnotations}
      where candles_changed_at is not null
      union all
      select chart_id, uid, 'annotation', "time", "time" from ${annotations}
      where candles_changed_at is not null) as marked
    where ${inScope(scope, sql`marked.chart_id`)} order by chart_id, start_time, uid`);
  const staleOf = new Map(stale.map(({ chartId, ...marked }) => [chartId, marked]));
  const byChart = new Map<number, Pick<ChartOverview, 'spans' | 'exampleSpans'>>();
  for (const { chartId, example, ...counted } of spans) {
    const known = byChart.get(chartId) ?? { spans: [], exampleSpans: 0 };
    known.spans.push(counted);
    known.exampleSpans += example;
    byChart.set(chartId, known);
  }
  return last.map(({ chartId, at, by }) => ({
    chartId,
    spans: [],
    exampleSpans: 0,
    ...byChart.get(chartId),
    stale: staleOf.get(chartId) ?? null,
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

/** The first free one of `name`, `name-2`, `name-3`, …, as long as nobody takes it in between. */
async function freeName(db: Tx, name: string): Promise<string> {
  for (let from = 1; ; from += CANDIDATES) {
    const candidates = nameCandidates(name, from, CANDIDATES);
    const rows = await db
      .select({ name: charts.name })
      .from(charts)
      .where(inArray(charts.name, candidates));
    const taken = new Set(rows.map((row) => row.name));
    const free = candidates.find((candidate) => !taken.has(candidate));
    if (free !== undefined) return free;
  }
}

/** A new, empty chart of the actor's; where its name is taken it gets `-2`, `-3`, … */
export async function createChart(db: Tx, { actor }: Scope, wanted: string): Promise<Chart> {
  for (;;) {
    const name = await freeName(db, wanted);
    const chart = await db.transaction(async (tx) => {
      const [made] = await tx
        .insert(charts)
        .values({ name, createdBy: actor.id })
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
    return await updateChart(db, scope, { name });
  } catch (error) {
    if (violatedUnique(error) === undefined) throw error;
    throw new AppError('CONFLICT', `There is already a chart named “${name}”.`);
  }
}

/** Says in which zone the chart's instrument is traded, for all who read it; null takes that back. */
export const setExchangeZone = (
  db: Tx,
  scope: ChartScope,
  exchangeZone: string | null,
): Promise<Chart> => updateChart(db, scope, { exchangeZone });

async function updateChart(
  db: Tx,
  scope: ChartScope,
  values: Partial<Pick<Chart, 'name' | 'exchangeZone'>>,
): Promise<Chart> {
  const [chart] = await db
    .update(charts)
    .set(values)
    .where(ofChart(scope, charts.id))
    .returning(columns);
  if (!chart) throw noSuchChart(scope.chartId);
  return chart;
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

/**
 * Takes the chart away from its members, which puts it out of every scope, and frees its name. Tells
 * what is on it; that stays until it is restored or purged.
 */
export function deleteChart(db: Tx, scope: ChartScope): Promise<ChartContents> {
  return db.transaction(async (tx) => {
    // Waits for writers and keeps new ones out, so that the counts are what is deleted.
    const [chart] = await tx
      .select({ name: charts.name })
      .from(charts)
      .where(ofChart(scope, charts.id))
      .for('update');
    if (!chart) throw noSuchChart(scope.chartId);
    const contents = await getChartContents(tx, scope);
    const members = await tx
      .delete(chartMembers)
      .where(eq(chartMembers.chartId, scope.chartId))
      .returning({ userId: chartMembers.userId, role: chartMembers.role });
    await tx
      .update(charts)
      .set({
        deletedAt: sql`now()`,
        name: `deleted chart ${scope.chartId}`,
        beforeDeletion: { name: chart.name, by: scope.actor.id, members },
      })
      .where(eq(charts.id, scope.chartId));
    return contents;
  });
}

/** Takes back a chart that was made a moment ago, with everything on it, as if it had never been. */
export async function removeNewChart(db: Tx, scope: ChartScope): Promise<void> {
  const removed = await db
    .delete(charts)
    .where(ofChart(scope, charts.id))
    .returning({ id: charts.id });
  if (removed.length === 0) throw noSuchChart(scope.chartId);
}

/** Deleted charts whose members could be given back by the actor. */
const isRestorable = ({ actor, permission }: Scope): SQL => sql`${charts.deletedAt} is not null
  and exists (select from jsonb_to_recordset(${charts.beforeDeletion} -> 'members')
    as member ("userId" text, role text)
    where member."userId" = ${actor.id}
      and member.role = any(${`{${rolesThat(permission).join(',')}}`}::text[]))`;

export async function listDeleted(db: Tx, scope: Scope): Promise<DeletedChart[]> {
  return db.execute<DeletedChart>(sql`
    select id, before_deletion ->> 'name' as name, candle_count::double precision as "candleCount",
      date_part('epoch', deleted_at) as "deletedAt"
    from ${charts} where ${isRestorable(scope)} order by deleted_at desc limit ${MAX_CHARTS}`);
}

/** Gives a deleted chart back to its members; where its name is taken meanwhile it gets another. */
export function restoreChart(db: Tx, scope: Scope, chartId: number): Promise<Chart> {
  return db.transaction(async (tx) => {
    const isWanted = and(eq(charts.id, chartId), isRestorable(scope));
    const [deleted] = await tx
      .select({ before: charts.beforeDeletion })
      .from(charts)
      .where(isWanted)
      .for('update');
    // Asked for once more, or of others: the latter are told that there is none.
    if (!deleted?.before) return requireChart(tx, { ...scope, chartId });
    const { name, members } = deleted.before;
    await tx
      .insert(chartMembers)
      .values(members.map(({ userId, role }) => ({ chartId, userId, role })));
    const [chart] = await tx
      .update(charts)
      .set({ name: await freeName(tx, name), deletedAt: null, beforeDeletion: null })
      .where(eq(charts.id, chartId))
      .returning(columns);
    if (!chart) throw noSuchChart(chartId);
    return chart;
  });
}

/** Deletes for good, with everything on it, what can be restored no more; tells how many charts. */
export async function purgeDeletedCharts(db: Tx): Promise<number> {
  const isDue = sql`${charts.deletedAt} < now() - make_interval(days => ${DAYS_TO_RESTORE})`;
  const due = await db.select({ id: charts.id }).from(charts).where(isDue);
  for (const { id } of due) {
    await db.transaction(async (tx) => {
      // Millions of candles take longer than any other statement may.
      await tx.execute(sql`set local statement_timeout = '10min'`);
      await tx.delete(charts).where(and(eq(charts.id, id), isDue));
    });
  }
  return due.length;
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
