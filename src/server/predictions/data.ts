import { and, asc, count, desc, eq, gt, gte, inArray, ne, not, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { z } from 'zod';
import {
  type listPredictionsInput,
  MAX_ASKED,
  MAX_FAILURES,
  type Prediction,
  type PredictionConditions,
  type PredictionProgress,
  type PredictionsWanted,
  type reviewInput,
} from '@/contract/predictions';
import type { ApplyResult } from '@/contract/records';
import { runStatus } from '@/contract/runs';
import type { Span } from '@/contract/spans';
import type { Tx } from '@/lib/db';
import { charts, predictionRequests, predictions, trainingRuns } from '@/lib/db/schema';
import { overlapping } from '@/lib/db/window';
import { anyOf } from '@/lib/db/wire';
import { AppError } from '../errors';
import { examineReviews } from '../records/examined-reviews';
import { lockChart, notifyCharts } from '../records/lock';
import { isUsable, noSuchRun, requireCharts } from '../runs/data';
import { type ChartScope, inScope, ofChart, type Scope } from '../scope';
import { applySpans, findSpans, meantLabels } from '../spans/data';
import { isMadeBy, learntFrom, predictRefusal, reviewMistake } from './rules';

const columns = {
  id: predictions.id,
  chartId: predictions.chartId,
  runId: predictions.trainingRunId,
  startTime: predictions.startTime,
  endTime: predictions.endTime,
  label: predictions.label,
  score: predictions.score,
  teaches: predictions.teaches,
  status: predictions.status,
  spanUid: predictions.spanUid,
  inBulk: predictions.inBulk,
};

/** A run's predictions that touch the window, by start; `limit` of them may not be all. */
export async function listPredictions(
  db: Tx,
  scope: ChartScope,
  { runId, from, to, minScore, limit }: Omit<z.output<typeof listPredictionsInput>, 'chartId'>,
): Promise<Prediction[]> {
  const rows = await db
    .select(columns)
    .from(predictions)
    .where(
      and(
        ofChart(scope, predictions.chartId),
        overlapping(predictions, ofRun(scope.chartId, runId), { from, to }),
        gte(predictions.score, minScore),
      ),
    )
    .orderBy(asc(predictions.startTime), asc(predictions.id))
    .limit(limit);
  // A label that was merged since stands for the one that it was merged into.
  const meant = await meantLabels(db);
  return rows.map((row) => ({ ...row, label: meant.get(row.label) ?? row.label }) as Prediction);
}

const ofRun = (chartId: number, runId: number) =>
  sql`${and(eq(predictions.chartId, chartId), eq(predictions.trainingRunId, runId))}`;

export type ReviewResult = ApplyResult<Span> & { predictions: Prediction[] };

/**
 * Writes spans and what they say about predictions in one transaction. Refuses with CONFLICT to
 * replace another review whose own span is still there. Sending a review again changes nothing. Of a
 * prediction that is gone, with its run or by a newer request, what a person said of the bars stays.
 */
export function reviewPredictions(
  db: Tx,
  scope: ChartScope,
  { reviews: given, diff }: Omit<z.output<typeof reviewInput>, 'chartId'>,
): Promise<ReviewResult> {
  const mistake = reviewMistake(given);
  if (mistake) throw new AppError('BAD_REQUEST', mistake);
  return db.transaction(async (tx) => {
    // Comes first: two reviews of one prediction follow one another.
    const rev = await lockChart(tx, scope);
    const saved = await applySpans(tx, scope, diff);
    const before = await lockPredictions(
      tx,
      scope,
      given.map(({ id }) => id),
    );
    const reviews = given.filter(({ id }) => before.has(id));
    const ids = reviews.map(({ id }) => id);
    await refuseClashes(tx, scope, reviews, before);
    const written = await tx.execute(sql`
      with r as materialized (
        select *, case when status <> 'new' then ${scope.actor.id} end as person,
          case when status <> 'new' then now() end as moment
        from jsonb_to_recordset(${JSON.stringify(reviews)}::jsonb)
          as given(id bigint, status text, "spanUid" uuid, "inBulk" boolean)
      )
      update ${predictions} set status = r.status, span_uid = r."spanUid",
        reviewed_by = r.person, reviewed_at = r.moment, in_bulk = r."inBulk"
      from r where ${ofChart(scope, predictions.chartId)} and ${predictions.id} = r.id
        and (${predictions.status}, ${predictions.spanUid}, ${predictions.inBulk})
          is distinct from (r.status, r."spanUid", r."inBulk")
      returning ${predictions.id}`);
    const [after] = await Promise.all([
      lockPredictions(tx, scope, ids),
      written.length > 0 && notifyCharts(tx, [scope.chartId]),
    ]);
    const changed = [...before.values()].filter(
      ({ id, status }) => after.get(id)?.status !== status,
    );
    await examineReviews(tx, scope, {
      // What was seen belongs to the same revision as the spans that say what was seen.
      ...(saved.rev > rev && { rev: saved.rev }),
      reviewed: changed.filter(({ status }) => status === 'new'),
      reopened: changed.filter(({ id }) => after.get(id)?.status === 'new'),
    });
    return { ...saved, predictions: ids.flatMap((id) => predictionOf(after.get(id))) };
  });
}

async function lockPredictions(tx: Tx, scope: ChartScope, ids: number[]) {
  const rows = await tx
    .select({ ...columns, reviewedBy: predictions.reviewedBy })
    .from(predictions)
    .where(and(ofChart(scope, predictions.chartId), anyOf(predictions.id, ids)))
    .for('update');
  return new Map(rows.map((row) => [row.id, row as Locked]));
}

type Locked = Prediction & { reviewedBy: string | null };

function predictionOf(locked: Locked | undefined): Prediction[] {
  if (!locked) return [];
  const { reviewedBy, ...prediction } = locked;
  return [prediction];
}

async function refuseClashes(
  tx: Tx,
  scope: ChartScope,
  reviews: z.output<typeof reviewInput>['reviews'],
  before: ReadonlyMap<number, Prediction>,
) {
  const uids = [...reviews, ...before.values()].flatMap(({ spanUid }) => spanUid ?? []);
  const spans = new Map((await findSpans(tx, scope, uids)).map((span) => [span.uid, span]));
  const conflicts = [];
  for (const { id, spanUid } of reviews) {
    if (spanUid && !spans.has(spanUid)) {
      const reason = `Prediction ${id} names a span that is not on this chart.`;
      throw new AppError('BAD_REQUEST', reason, undefined, [{ uid: spanUid, reason }]);
    }
    const was = before.get(id)?.spanUid;
    const other = was && was !== spanUid && spans.get(was);
    if (other && isMadeBy(other, id)) {
      conflicts.push({ uid: other.uid, current: other, rev: other.rev });
    }
  }
  if (conflicts.length === 0) return;
  const what = conflicts.length === 1 ? 'A prediction' : `${conflicts.length} predictions`;
  throw new AppError(
    'CONFLICT',
    `${what} got another review meanwhile; nothing was saved.`,
    conflicts,
  );
}

const { chartId, trainingRunId, status, queuedAt } = predictionRequests;

/** Puts a request for each chart in the queue, unless it waits there already, and wakes the service. */
export function requestPredictions(
  db: Tx,
  scope: Scope,
  { runId, chartIds, range }: PredictionsWanted,
): Promise<{ queued: number }> {
  return db.transaction(async (tx) => {
    const refusal = predictRefusal(await requireRun(tx, scope, runId));
    if (refusal) throw new AppError('CONFLICT', refusal);
    if (chartIds) await requireCharts(tx, scope, chartIds);
    const wanted = chartIds ? [...new Set(chartIds)] : await findFilledCharts(tx, scope);
    const from = nullableTime(range?.from);
    const to = nullableTime(range?.to);
    const queued = await tx.execute(sql`
      insert into ${predictionRequests} (chart_id, training_run_id, start_time, end_time, created_by)
      select wanted, ${runId}, ${from}, ${to}, ${scope.actor.id} from unnest(${`{${wanted}}`}::int[]) as wanted
      where wanted not in (
        select ${chartId} from ${predictionRequests}
        where ${trainingRunId} = ${runId} and ${status} = 'queued'
          and ${predictionRequests.startTime} is not distinct from ${from}
          and ${predictionRequests.endTime} is not distinct from ${to})
      order by wanted returning id`);
    await tx.execute(sql`select pg_notify('prediction_requests', ${String(runId)})`);
    return { queued: queued.length };
  });
}

async function findFilledCharts(tx: Tx, scope: Scope): Promise<number[]> {
  const filled = await tx
    .select({ id: charts.id })
    .from(charts)
    .where(and(inScope(scope, charts.id), gt(charts.candleCount, 0)));
  if (filled.length > 0) return filled.map(({ id }) => id);
  throw new AppError('BAD_REQUEST', 'There is no chart with candles that you may annotate.');
}

const nullableTime = (at: number | undefined): SQL =>
  at === undefined
    ? sql`null::timestamptz`
    : sql`${sql.param(at, predictionRequests.startTime)}::timestamptz`;

/** Whoever may see the run may have it predict; on which charts is another matter. */
async function requireRun(tx: Tx, scope: Scope, runId: number) {
  const { id, params, model } = trainingRuns;
  const [run] = await tx
    .select({
      id,
      params,
      status: trainingRuns.status,
      hasModel: sql<boolean>`${model} is not null`,
    })
    .from(trainingRuns)
    .where(and(eq(id, runId), isUsable({ ...scope, permission: 'read' })))
    .for('key share');
  if (!run) throw noSuchRun(runId);
  return { ...run, status: runStatus.parse(run.status) };
}

const isActive = inArray(status, ['queued', 'running']);
const isSucceeded = eq(status, 'succeeded');

export function cancelPredictions(
  db: Tx,
  scope: Scope,
  { runId }: { runId: number },
): Promise<{ cancelled: number }> {
  return db.transaction(async (tx) => {
    await requireRun(tx, scope, runId);
    const cancelled = await tx
      .update(predictionRequests)
      .set({ status: 'cancelled', finishedAt: sql`now()` })
      .where(and(eq(trainingRunId, runId), isActive, inScope(scope, chartId)))
      .returning({ id: predictionRequests.id });
    return { cancelled: cancelled.length };
  });
}

/** How far what the run is to predict has come, on the scope's chart and on the actor's others. */
export async function readPredictionProgress(
  db: Tx,
  scope: ChartScope,
  { runId }: { runId: number },
): Promise<PredictionProgress> {
  const [here, stored, isStale, active, failures] = await Promise.all([
    readLastRequest(db, scope, runId),
    readLastRequest(db, scope, runId, isSucceeded),
    areStale(db, scope, runId),
    readActive(db, scope, runId),
    readFailures(db, scope, runId),
  ]);
  return { here, stored: stored?.id ?? null, isStale, active, failures };
}

async function readLastRequest(
  db: Tx,
  scope: ChartScope,
  runId: number,
  which?: SQL,
): Promise<PredictionProgress['here']> {
  const { id, startTime, endTime, error, found, finishedAt } = predictionRequests;
  const [last] = await db
    .select({ id, status, startTime, endTime, error, found, finishedAt })
    .from(predictionRequests)
    .where(and(ofChart(scope, chartId), eq(trainingRunId, runId), which))
    .orderBy(desc(id))
    .limit(1);
  if (!last) return null;
  const { startTime: from, endTime: to, ...rest } = last;
  const range = from === null || to === null ? null : { from, to };
  return { ...rest, range, status: runStatus.parse(rest.status) };
}

const later = alias(predictionRequests, 'later');
/** Requests of the run on the same chart that came after one, and of which `which` is true. */
const isFollowed = (which: SQL) => sql`exists (
  select from ${predictionRequests} as ${later}
  where ${later.trainingRunId} = ${trainingRunId} and ${later.chartId} = ${chartId}
    and ${later.id} > ${predictionRequests.id} and ${which})`;

/** Whether predictions here came of other candles than the chart has, and nothing replaced them. */
async function areStale(db: Tx, scope: ChartScope, runId: number): Promise<boolean> {
  const { startTime, endTime, dataRev } = predictionRequests;
  const [stale] = await db
    .select({ id: predictionRequests.id })
    .from(predictionRequests)
    .innerJoin(charts, eq(charts.id, chartId))
    .where(
      and(
        ofChart(scope, chartId),
        eq(trainingRunId, runId),
        isSucceeded,
        ne(dataRev, charts.dataRev),
        not(
          isFollowed(sql`${later.status} = 'succeeded'
            and coalesce(${later.startTime} <= ${startTime}, ${later.startTime} is null)
            and coalesce(${later.endTime} >= ${endTime}, ${later.endTime} is null)`),
        ),
      ),
    )
    .limit(1);
  return stale !== undefined;
}

/** What the run's predictions on the scope's chart rest on. */
export async function readPredictionConditions(
  db: Tx,
  scope: ChartScope,
  { runId }: { runId: number },
): Promise<PredictionConditions> {
  const { params, dataset } = trainingRuns;
  const seenCharts = sql`case jsonb_typeof(${dataset} -> 'charts')
    when 'array' then ${dataset} -> 'charts' end`;
  const [seen] = await db
    .select({
      split: sql<string | null>`left(${params} ->> 'split', 200)`,
      hasSaid: sql<boolean>`${seenCharts} is not null`,
      chart: sql`(select each from jsonb_array_elements(${seenCharts}) as each
        where each ->> 'id' = ${charts.id}::text limit 1)`,
      dataRev: charts.dataRev,
    })
    .from(trainingRuns)
    .innerJoin(charts, ofChart(scope, charts.id))
    .where(and(eq(trainingRuns.id, runId), isUsable(scope)));
  if (!seen) throw noSuchRun(runId);
  const { startTime, endTime, dataRev, id } = predictionRequests;
  const asked = await db
    .select({ from: startTime, to: endTime, dataRev })
    .from(predictionRequests)
    .where(and(ofChart(scope, chartId), eq(trainingRunId, runId), isSucceeded))
    .orderBy(desc(id))
    .limit(MAX_ASKED);
  return {
    split: seen.split,
    ...learntFrom(seen),
    asked: asked.map(({ from, to, dataRev }) => ({
      ...{ from, to, isStale: dataRev !== null && dataRev !== seen.dataRev },
    })),
  };
}

/** Charts that wait or are under way, and those that were done since the first of them was asked for. */
async function readActive(
  db: Tx,
  scope: Scope,
  runId: number,
): Promise<PredictionProgress['active']> {
  const ofRun = and(eq(trainingRunId, runId), inScope(scope, chartId));
  const progress = sql<number>`avg(case when ${isActive} then ${predictionRequests.progress} else 1 end)`;
  const [active] = await db
    .select({
      charts: count(),
      done: sql<number>`(count(*) filter (where not ${isActive}))::int`,
      progress: sql<number>`coalesce(${progress}, 0)`,
    })
    .from(predictionRequests)
    .where(
      and(
        ofRun,
        sql`${queuedAt} >= (select min(${queuedAt}) from ${predictionRequests} where ${ofRun} and ${isActive})`,
      ),
    );
  return active && active.charts > 0 ? active : null;
}

async function readFailures(
  db: Tx,
  scope: Scope,
  runId: number,
): Promise<PredictionProgress['failures']> {
  const failed = await db
    .select({ chartId, chart: charts.name, error: predictionRequests.error })
    .from(predictionRequests)
    .innerJoin(charts, eq(charts.id, chartId))
    .where(
      and(
        eq(trainingRunId, runId),
        inScope(scope, chartId),
        eq(status, 'failed'),
        not(isFollowed(sql`true`)),
      ),
    )
    .orderBy(desc(predictionRequests.id))
    .limit(MAX_FAILURES);
  return failed.map(({ error, ...chart }) => ({ ...chart, error: error ?? '' }));
}
