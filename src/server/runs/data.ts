import { and, count, desc, eq, getTableColumns, inArray, ne, type SQL, sql } from 'drizzle-orm';
import {
  type RunParams,
  type RunSummary,
  runMetrics,
  runParams,
  runStatus,
  type ServiceState,
  type TrainingRun,
} from '@/contract/runs';
import { NEGATIVE_LABEL } from '@/contract/spans';
import type { Db, Tx } from '@/lib/db';
import { charts, spanAnnotations, trainingRuns } from '@/lib/db/schema';
import { noSuchChart } from '../charts/data';
import { AppError } from '../errors';
import { cancelRefusal } from './rules';

/** The name under which the model service's sessions are known to the database. */
const SERVICE = 'candle-annotator-ml';
const { log, model, worker, heartbeatAt, attempts, dataset, createdBy, ...summary } =
  getTableColumns(trainingRuns);
const { id, params } = summary;

/** Puts a run in the queue and wakes the model service. */
export function queueRun(db: Db, actorId: string, wanted: RunParams): Promise<TrainingRun> {
  const params = { ...wanted, chartIds: [...new Set(wanted.chartIds)] };
  return db.transaction(async (tx) => {
    await requireCharts(tx, params.chartIds);
    await requireSpans(tx, params);
    const [run] = await tx
      .insert(trainingRuns)
      .values({ params, createdBy: actorId })
      .returning({ id });
    if (!run) throw new Error('the run was not stored');
    await tx.execute(sql`select pg_notify('training_runs', ${String(run.id)})`);
    return getRun(tx, run.id);
  });
}

async function requireCharts(tx: Tx, chartIds: number[]) {
  const found = await tx
    .select({ id: charts.id })
    .from(charts)
    .where(inArray(charts.id, chartIds))
    .for('key share');
  const there = new Set(found.map((chart) => chart.id));
  const missing = chartIds.find((chartId) => !there.has(chartId));
  if (missing !== undefined) throw noSuchChart(missing);
}

async function requireSpans(tx: Tx, { chartIds, labels }: RunParams) {
  const [spans] = await tx
    .select({ count: count() })
    .from(spanAnnotations)
    .where(
      and(
        inArray(spanAnnotations.chartId, chartIds),
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
      : `There is nothing to learn from: no spans ${where}. Mark some first.`,
  );
}

/** The chart's runs, newest first. */
export async function listRuns(
  db: Tx,
  { chartId, limit }: { chartId: number; limit: number },
): Promise<RunSummary[]> {
  const runs = await db
    .select(summary)
    .from(trainingRuns)
    .where(sql`${params} @> ${JSON.stringify({ chartIds: [chartId] })}::jsonb`)
    .orderBy(desc(id))
    .limit(limit);
  return runs.flatMap((run) => readRun(run) ?? []);
}

export async function getRun(db: Tx, runId: number): Promise<TrainingRun> {
  const [run] = await db
    .select({ ...summary, log })
    .from(trainingRuns)
    .where(and(eq(id, runId), isUsable));
  const read = run && readRun(run);
  if (!read) throw noSuchRun(runId);
  return { ...read, log: run.log };
}

export function cancelRun(db: Db, runId: number): Promise<TrainingRun> {
  return db.transaction(async (tx) => {
    const [before] = await tx
      .select({ status: summary.status })
      .from(trainingRuns)
      .where(and(eq(id, runId), isUsable))
      .for('update');
    if (!before) throw noSuchRun(runId);
    const refusal = cancelRefusal(runId, runStatus.parse(before.status));
    if (refusal) throw new AppError('CONFLICT', refusal);
    await tx
      .update(trainingRuns)
      .set({ status: 'cancelled', finishedAt: sql`coalesce(${summary.finishedAt}, now())` })
      .where(eq(id, runId));
    await tx.execute(sql`select pg_notify('training_runs', ${String(runId)})`);
    return getRun(tx, runId);
  });
}

/** Whether the model service holds a connection to this database. */
export async function getServiceState(db: Tx): Promise<ServiceState> {
  const sessions = await db.execute(
    sql`select from pg_stat_activity
      where datname = current_database() and application_name = ${SERVICE} limit 1`,
  );
  return { connected: sessions.length > 0 };
}

/** A run belongs to whoever may use one of its charts. */
const isUsable: SQL = sql`exists (
  select from ${charts} where ${params} -> 'chartIds' @> to_jsonb(${charts.id})
)`;

const noSuchRun = (runId: number) =>
  new AppError('NOT_FOUND', `There is no training run ${runId}.`);

/** The model service writes these rows too; what cannot be read of one goes to the log. */
function readRun(
  run: Pick<typeof trainingRuns.$inferSelect, keyof typeof summary>,
): RunSummary | null {
  const read = runParams.strip().safeParse(run.params);
  const measured = runMetrics.nullable().safeParse(run.metrics);
  for (const part of [read, measured]) {
    if (!part.success) console.error(`training run ${run.id} cannot be read`, part.error);
  }
  if (!read.success) return null;
  return {
    ...run,
    status: runStatus.parse(run.status),
    params: read.data,
    metrics: measured.data ?? null,
  };
}
