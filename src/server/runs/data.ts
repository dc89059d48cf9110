import {
  and,
  count,
  desc,
  eq,
  getTableColumns,
  gte,
  inArray,
  isNull,
  ne,
  or,
  type SQL,
  sql,
} from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { z } from 'zod';
import {
  CHECKS,
  evidenceList,
  type listWaitingInput,
  MAX_WAITING_CHARTS,
  type queueRunInput,
  type RunDataset,
  type RunParams,
  type RunStatus,
  type RunSummary,
  runMetrics,
  runParams,
  runStatus,
  storedRunParams,
  type TrainingRun,
  type WaitingRun,
} from '@/contract/runs';
import { SEARCH_MODEL } from '@/contract/searches';
import { NEGATIVE_LABEL } from '@/contract/spans';
import type { Tx } from '@/lib/db';
import {
  charts,
  predictions,
  spanAnnotations,
  spanLabelTypes,
  trainingRuns,
} from '@/lib/db/schema';
import { AppError } from '../errors';
import { type ChartScope, inScope, noSuchChart, type Scope } from '../scope';
import { cancelRefusal, chartState, deleteRefusal, figuresOf, storedDataset } from './rules';

const { log, model, worker, heartbeatAt, attempts, dataset, createdBy, ...columns } =
  getTableColumns(trainingRuns);
const { id, params } = columns;
/** Other programs write datasets too, in any shape. */
const isStale = sql<boolean>`exists (
  select from jsonb_array_elements(case jsonb_typeof(${dataset} -> 'charts')
    when 'array' then ${dataset} -> 'charts' else '[]' end) as seen
  where seen ? 'dataRev' and not exists (
    select from ${charts} c
    where c.id::text = seen ->> 'id' and c.data_rev::text = seen ->> 'dataRev'
      and c.deleted_at is null))`;
const hasGoneLabels = sql<boolean>`exists (
  select from jsonb_array_elements(case jsonb_typeof(${dataset} -> 'labels')
    when 'array' then ${dataset} -> 'labels' else '[]' end) as learnt
  where learnt ? 'label' and not exists (
    select from ${spanLabelTypes} where ${spanLabelTypes.name} = learnt ->> 'label'))`;
const summary = { ...columns, isStale, hasGoneLabels };
const MAX_LABELS = 1_000;

/** Puts a run in the queue and wakes the model service. */
export function queueRun(
  db: Tx,
  scope: Scope,
  { name, ...wanted }: z.output<typeof queueRunInput>,
): Promise<TrainingRun> {
  const params = { ...wanted, chartIds: [...new Set(wanted.chartIds)] };
  return db.transaction(async (tx) => {
    await requireCharts(tx, scope, params.chartIds);
    await requireSpans(tx, scope, params);
    const [run] = await tx
      .insert(trainingRuns)
      .values({ name, params, createdBy: scope.actor.id })
      .returning({ id });
    if (!run) throw new Error('the run was not stored');
    await tx.execute(sql`select pg_notify('training_runs', ${String(run.id)})`);
    return getRun(tx, scope, run.id);
  });
}

export async function requireCharts(tx: Tx, scope: Scope, chartIds: number[]) {
  const found = await tx
    .select({ id: charts.id })
    .from(charts)
    .where(and(inArray(charts.id, chartIds), inScope(scope, charts.id)))
    .for('key share');
  const existing = new Set(found.map((chart) => chart.id));
  const missing = chartIds.find((chartId) => !existing.has(chartId));
  if (missing !== undefined) throw noSuchChart(missing);
}

async function requireSpans(tx: Tx, scope: Scope, { chartIds, labels }: RunParams) {
  const [spans] = await tx
    .select({ count: count() })
    .from(spanAnnotations)
    .where(
      and(
        inArray(spanAnnotations.chartId, chartIds),
        inScope(scope, spanAnnotations.chartId),
        ne(spanAnnotations.label, NEGATIVE_LABEL),
        labels.length > 0 ? inArray(spanAnnotations.label, labels) : undefined,
      ),
    );
  if (spans?.count) return;
  const where = chartIds.length === 1 ? 'on this chart' : 'on these charts';
  const named = labels.map((label) => `“${label}”`).join(', ');
  throw new AppError(
    'BAD_REQUEST',
    named
      ? `There is nothing to learn from: no spans labelled ${named} ${where}.`
      : `There is nothing to learn from: no spans ${where}. Label some first.`,
  );
}

/** The chart's runs, newest first. */
export async function listRuns(
  db: Tx,
  scope: ChartScope,
  { limit }: { limit: number },
): Promise<RunSummary[]> {
  const runs = await db
    .select(summary)
    .from(trainingRuns)
    .where(and(isTraining, isOnChart(scope.chartId), isUsable(scope)))
    .orderBy(desc(id))
    .limit(limit);
  return runs.map(readRun);
}

/** The runs of all charts that the actor may see, newest first. */
export async function listAllRuns(
  db: Tx,
  scope: Scope,
  { limit }: { limit: number },
): Promise<RunSummary[]> {
  const runs = await db
    .select(summary)
    .from(trainingRuns)
    .where(and(isTraining, isUsable(scope)))
    .orderBy(desc(id))
    .limit(limit);
  return runs.map(readRun);
}

/** The newest finished runs, of models or of a check, with what their predictions wait for, on the charts that the actor may annotate. */
export async function listWaiting(
  db: Tx,
  scope: Scope,
  { limit, of }: z.output<typeof listWaitingInput>,
): Promise<WaitingRun[]> {
  const { name, metrics } = columns;
  const runs = await db
    .select({
      id,
      name,
      // Other programs write metrics too, in any shape.
      threshold: sql<number>`case jsonb_typeof(${metrics} -> 'threshold')
        when 'number' then (${metrics} ->> 'threshold')::float8 else 0 end`,
      spans: sql<number | null>`case jsonb_typeof(${metrics} #> '{quality,spans}')
        when 'number' then (${metrics} #>> '{quality,spans}')::float8::int end`,
      evidence: sql<unknown>`${params} -> 'evidence'`,
    })
    .from(trainingRuns)
    .where(
      and(
        of === 'models' ? isTraining : sql`${params} ->> 'model' = ${of}`,
        eq(columns.status, 'succeeded'),
        isUsable(scope),
      ),
    )
    .orderBy(desc(id))
    .limit(limit);
  const counts = await countAnswers(db, { ...scope, permission: 'annotate' }, runs, of);
  return runs.map((run) => ({
    ...run,
    charts: counts.get(run.id) ?? [],
    evidence: evidenceList.catch([]).parse(run.evidence),
  }));
}

/**
 * Flat joins, grouped by chart and not asked once a chart or prediction: so a cluster, where predictions lie
 * apart from spans, runs it too.
 */
async function countAnswers(
  db: Tx,
  scope: Scope,
  runs: { id: number; threshold: number }[],
  of: z.output<typeof listWaitingInput>['of'],
): Promise<Map<number, WaitingRun['charts']>> {
  if (runs.length === 0) return new Map();
  const wanted = runs.map(({ id, threshold }) =>
    and(eq(predictions.trainingRunId, id), gte(predictions.score, threshold)),
  );
  const isOpen = sql`${predictions.status} = 'new'`;
  // A missed span is asked about while it is there, a proposal until somebody said the same or that there is nothing.
  const isOfMissed = of === 'missed';
  const labels = isOfMissed
    ? sql`${predictions.label}`
    : sql`${predictions.label}, ${NEGATIVE_LABEL}`;
  const rows = await db.execute<WaitingRun['charts'][number] & { run: number }>(sql`
    select run, chart as "chartId", ${charts.name} as name,
      count(*) filter (where said = 'open')::int as open,
      count(*) filter (where said = 'yes')::int as yes,
      count(*) filter (where said = 'no')::int as no
    from (
      select ${predictions.trainingRunId} as run, ${predictions.chartId} as chart, min(${answer}) as said
      from ${predictions} left join ${spanAnnotations} on ${saysIt}
        left join ${spanAnnotations} as ${other} on ${isOpen} and ${covers(labels)}
      where (${or(...wanted)}) and ${inScope(scope, predictions.chartId)}
      group by ${predictions.chartId}, ${predictions.id}, ${predictions.trainingRunId}
      having not bool_or(${isOpen}) or bool_or(${other.id} is not null) = ${isOfMissed}
    ) as answered
    join ${charts} on ${charts.id} = chart
    group by run, chart, ${charts.name}
    order by chart limit ${MAX_WAITING_CHARTS}`);
  const found = new Map<number, WaitingRun['charts']>();
  for (const { run, ...chart } of rows) found.set(run, [...(found.get(run) ?? []), chart]);
  return found;
}

export type Answer = 'open' | 'yes' | 'no';
/** A yes is an answer whose span has the label that was proposed; a no to another label's edges leaves that span. */
export const answer = sql<Answer>`case when ${predictions.status} = 'new' then 'open'
  when ${predictions.status} = 'dismissed' and ${spanAnnotations.source} <> 'human_correction' then 'no'
  when coalesce(${spanAnnotations.label} = ${predictions.label}, ${predictions.status} <> 'dismissed')
  then 'yes' else 'no' end`;
/** The span that an answer made. */
export const saysIt = and(
  eq(spanAnnotations.chartId, predictions.chartId),
  eq(spanAnnotations.uid, predictions.spanUid),
);

const other = alias(spanAnnotations, 'other');
const { startTime, endTime } = predictions;
/** A person's span with one of these labels covers the same place (IoU of at least 0.5). */
const covers = (labels: SQL) => sql`${other.chartId} = ${predictions.chartId}
    and ${other.startTime} between ${startTime} - (${endTime} - ${startTime}) and ${endTime}
    and ${other.endTime} >= ${startTime} and ${other.label} in (${labels})
    and 2 * (least(${other.endTime}, ${endTime}) - greatest(${other.startTime}, ${startTime}))
      >= greatest(${other.endTime}, ${endTime}) - least(${other.startTime}, ${startTime})`;

export async function getRun(db: Tx, scope: Scope, runId: number): Promise<TrainingRun> {
  const [run] = await db
    .select({ ...summary, log, dataset })
    .from(trainingRuns)
    .where(and(eq(id, runId), isUsable(scope)));
  if (!run) throw noSuchRun(runId);
  const { log: text, dataset: seen, ...rest } = run;
  return { ...readRun(rest), log: text, dataset: await readDataset(db, scope, seen) };
}

/** What the run saw, held against what is there now; null for what another program wrote. */
async function readDataset(db: Tx, scope: Scope, seen: unknown): Promise<RunDataset | null> {
  const read = storedDataset.safeParse(seen);
  if (!read.success) return null;
  const { charts: seenCharts, labels, sha256 } = read.data;
  const [existing, types] = await Promise.all([
    db
      .select({ id: charts.id, rev: charts.rev, dataRev: charts.dataRev })
      .from(charts)
      .where(
        and(inScope(scope, charts.id), inArray(charts.id, [0, ...seenCharts.map(({ id }) => id)])),
      ),
    db.select({ name: spanLabelTypes.name }).from(spanLabelTypes).limit(MAX_LABELS),
  ]);
  const now = new Map(existing.map((chart) => [chart.id, chart]));
  const names = new Set(types.map(({ name }) => name));
  return {
    charts: seenCharts.map(({ rev, dataRev, examinedFrom, examinedTo, ...chart }) => ({
      ...chart,
      trainedFrom: examinedFrom,
      trainedTo: examinedTo,
      state: chartState({ rev, dataRev }, now.get(chart.id)),
    })),
    labels,
    sha256,
    goneLabels: labels.flatMap(({ label }) => (names.has(label) ? [] : label)),
  };
}

export function cancelRun(db: Tx, scope: Scope, runId: number): Promise<TrainingRun> {
  return db.transaction(async (tx) => {
    const refusal = cancelRefusal(runId, await lockRun(tx, scope, runId));
    if (refusal) throw new AppError('CONFLICT', refusal);
    await tx
      .update(trainingRuns)
      .set({ status: 'cancelled', finishedAt: sql`now()` })
      .where(and(eq(id, runId), or(ne(columns.status, 'cancelled'), isNull(columns.finishedAt))));
    await tx.execute(sql`select pg_notify('training_runs', ${String(runId)})`);
    return getRun(tx, scope, runId);
  });
}

/** Deletes the run with its predictions; what reviews made of them stays. */
export function deleteRun(db: Tx, scope: Scope, runId: number): Promise<void> {
  return db.transaction(async (tx) => {
    const refusal = deleteRefusal(runId, await lockRun(tx, scope, runId));
    if (refusal) throw new AppError('CONFLICT', refusal);
    await tx.delete(trainingRuns).where(eq(id, runId));
  });
}

export function renameRun(
  db: Tx,
  scope: Scope,
  runId: number,
  name: string | null,
): Promise<TrainingRun> {
  return db.transaction(async (tx) => {
    await lockRun(tx, scope, runId);
    await tx.update(trainingRuns).set({ name }).where(eq(id, runId));
    return getRun(tx, scope, runId);
  });
}

/** The run's status, which then stays as it is until the transaction ends. */
async function lockRun(tx: Tx, scope: Scope, runId: number): Promise<RunStatus> {
  const [run] = await tx
    .select({ status: columns.status })
    .from(trainingRuns)
    .where(and(eq(id, runId), isUsable(scope)))
    .for('update');
  if (!run) throw noSuchRun(runId);
  return runStatus.parse(run.status);
}

const isTrainedOn = (chart: SQL) => sql`${params} -> 'chartIds' @> to_jsonb(${chart})`;
const listOf = (names: readonly string[]) =>
  sql.join(
    names.map((name) => sql`${name}`),
    sql`, `,
  );
/** A run that the model service has trained and can ask. */
export const hasOwnModel = sql`${trainingRuns.status} = 'succeeded' and ${model} is not null
  and coalesce(${params} ->> 'model', 'ensemble') in (${listOf(runParams.shape.model.unwrap().options)})`;
/** Searches and checks are runs of which lists of models do not tell. */
const isTraining = sql`coalesce(${params} ->> 'model', '') not in (${listOf([SEARCH_MODEL, ...CHECKS])})`;
/** Of the chart is a run that names it, and one that has predictions on it. */
export const isOnChart = (
  chartId: number,
) => sql`(${isTrainedOn(sql`${chartId}::int`)} or ${id} in (
  select ${predictions.trainingRunId} from ${predictions} where ${predictions.chartId} = ${chartId}))`;

/**
 * A run is for those who may see all of its charts that are still there: it tells of each. Where it
 * was asked to predict others, it tells nothing of them; of one that names no chart, they are its charts.
 */
export const isUsable = (scope: Scope): SQL => {
  const chart = sql`${charts.id}`;
  const all = (which: SQL) =>
    sql`(select bool_and(${inScope(scope, charts.id)}) from ${charts}
      where ${charts.deletedAt} is null and ${which})`;
  return sql`coalesce(${all(isTrainedOn(chart))}, ${all(sql`(${chart}, ${id}) in (${predictedByUnnamed})`)})`;
};
/** By itself, as a cluster runs no subquery on predictions once a run: charts with predictions of runs that name none. */
const predictedByUnnamed = sql`
  select p.chart_id, p.training_run_id from ${predictions} p
  join ${trainingRuns} r on r.id = p.training_run_id
  where not exists (select from ${charts} c where r.params -> 'chartIds' @> to_jsonb(c.id))`;

export const noSuchRun = (runId: number) =>
  new AppError('NOT_FOUND', `There is no training run ${runId}.`);

/** Other programs write these rows too: a model of any name, and metrics in any shape, are shown. */
function readRun(
  run: Pick<typeof trainingRuns.$inferSelect, keyof typeof columns> & {
    isStale: boolean;
    hasGoneLabels: boolean;
  },
): RunSummary {
  const read = runMetrics.safeParse(run.metrics);
  return {
    ...run,
    status: runStatus.parse(run.status),
    params: storedRunParams.parse(run.params),
    metrics: read.success ? read.data : null,
    figures: read.success ? [] : figuresOf(run.metrics),
  };
}
