import { and, count, desc, eq, inArray, lte, ne, not, type SQL, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { runStatus } from '@/contract/runs';
import {
  type LiveAnswer,
  type listAllSearchesInput,
  type listSearchesInput,
  liveAnswer,
  type liveSearchInput,
  type rankSearchInput,
  SEARCH_MODEL,
  type Search,
  type SearchWanted,
  searchParams,
} from '@/contract/searches';
import type { Db, Tx } from '@/lib/db';
import { charts, predictions, spanAnnotations, trainingRuns } from '@/lib/db/schema';
import { askService } from '../live/data';
import {
  type Answer,
  answer,
  isOnChart,
  isUsable,
  noSuchRun,
  requireCharts,
  saysIt,
} from '../runs/data';
import type { ChartScope, Scope } from '../scope';
import { paramsOf } from './rules';

const { id, params, createdBy } = trainingRuns;
const isSearch = sql`${params} ->> 'model' = ${SEARCH_MODEL}`;

/** Puts the search in the model service's queue of runs and wakes it. */
export function startSearch(db: Tx, scope: ChartScope, wanted: SearchWanted): Promise<Search> {
  return db.transaction(async (tx) => {
    const run = paramsOf(scope.chartId, wanted);
    await requireCharts(tx, scope, run.chartIds);
    await dropUnanswered(tx, scope);
    const name = `Similar to ${wanted.label}`.slice(0, 100);
    const [queued] = await tx
      .insert(trainingRuns)
      .values({ name, params: run, createdBy: scope.actor.id })
      .returning({ id });
    if (!queued) throw new Error('the search was not stored');
    await tx.execute(sql`select pg_notify('training_runs', ${String(queued.id)})`);
    const [search] = await readSearches(tx, scope, isOnChart(scope.chartId), 1);
    if (search?.id !== queued.id) throw new Error('the search is not there');
    return search;
  });
}

/** The actor's searches from this chart that nobody has answered: a new one takes their place. */
async function dropUnanswered(tx: Tx, scope: ChartScope) {
  const own = await tx
    .select({ id, params })
    .from(trainingRuns)
    .where(
      and(
        isSearch,
        eq(createdBy, scope.actor.id),
        sql`${params} @> ${JSON.stringify({ query: { chartId: scope.chartId } })}::jsonb`,
        isUsable(scope),
      ),
    )
    .for('update');
  if (own.length === 0) return;
  const answered = await tx
    .selectDistinct({ id: predictions.trainingRunId })
    .from(predictions)
    .where(and(isOfRuns(own), ne(predictions.status, 'new')));
  const kept = new Set(answered.map((run) => run.id));
  const dropped = own.flatMap((run) => (kept.has(run.id) ? [] : run.id));
  if (dropped.length > 0) await tx.delete(trainingRuns).where(inArray(id, dropped));
}

type Run = { id: number; params: unknown };

/** Puts the search in the queue again, to learn from the answers that there are by now. */
export function rankSearch(
  db: Tx,
  scope: ChartScope,
  { runId, keep }: Omit<z.output<typeof rankSearchInput>, 'chartId'>,
): Promise<Search> {
  return db.transaction(async (tx) => {
    await tx
      .select({ id })
      .from(trainingRuns)
      .where(and(eq(id, runId), isSearch, isUsable(scope)))
      .for('update');
    const isAsked = and(isOnChart(scope.chartId), eq(id, runId));
    const [search] = await readSearches(tx, scope, isAsked, 1);
    if (!search) throw noSuchRun(runId);
    if (search.status === 'queued' || search.status === 'running') return search;
    const answers = search.charts.reduce((sum, { yes, no }) => sum + yes + no, 0);
    await tx
      .update(trainingRuns)
      .set({
        status: 'queued',
        attempts: 0,
        progress: 0,
        error: null,
        params: sql`${params} || ${JSON.stringify({ answers, keep })}::jsonb`,
      })
      .where(eq(id, runId));
    await tx.execute(sql`select pg_notify('training_runs', ${String(runId)})`);
    return { ...search, status: 'queued', answers, error: null };
  });
}

/** What is most like the bars now: asked and answered without a run, while somebody moves their edges. */
export async function searchLive(
  db: Db,
  { chartId }: ChartScope,
  wanted: z.output<typeof liveSearchInput>,
  signal?: AbortSignal,
): Promise<LiveAnswer> {
  const question = { ...wanted, chartId };
  const asked = { channel: 'live_searches' as const, question, answer: liveAnswer, signal };
  return { matches: null, ...(await askService(db, asked)) };
}

/** By chart first, as the predictions' index is. */
const isOfRuns = (runs: Run[]) =>
  and(
    inArray(predictions.chartId, [...new Set(runs.flatMap(chartsOf))]),
    inArray(
      predictions.trainingRunId,
      runs.map((run) => run.id),
    ),
  );

function chartsOf(run: Run): number[] {
  const read = searchParams.safeParse(run.params);
  return read.success ? read.data.chartIds : [];
}

/** Searches that the chart is part of, newest first. */
export const listSearches = (
  db: Tx,
  scope: ChartScope,
  { limit }: Omit<z.output<typeof listSearchesInput>, 'chartId'>,
): Promise<Search[]> => readSearches(db, scope, isOnChart(scope.chartId), limit);

/** Those of all charts that the actor may see, newest first. */
export const listAllSearches = (
  db: Tx,
  scope: Scope,
  { limit }: z.output<typeof listAllSearchesInput>,
): Promise<Search[]> => readSearches(db, scope, undefined, limit);

const LATEST = 20;

async function readSearches(
  db: Tx,
  scope: Scope,
  which: SQL | undefined,
  limit: number,
): Promise<Search[]> {
  const { status, error, queuedAt, finishedAt } = trainingRuns;
  const runs = await db
    .select({ id, params, status, error, queuedAt, finishedAt })
    .from(trainingRuns)
    .where(and(isSearch, which, isUsable(scope)))
    .orderBy(desc(id))
    .limit(limit);
  const searches = runs.flatMap(({ params: given, ...run }) => {
    const read = searchParams.safeParse(given);
    return read.success ? { run, params: read.data } : [];
  });
  const [counts, latest, names] = await Promise.all([
    countAnswers(db, runs),
    readLatest(db, runs),
    readNames(db, runs),
  ]);
  return searches.map(({ run, params: { labels, query, chartIds, limit, until, answers } }) => ({
    ...run,
    status: runStatus.parse(run.status),
    label: labels[0] ?? '',
    query,
    limit,
    until,
    answers,
    charts: chartIds.flatMap((chartId) => {
      const name = names.get(chartId);
      if (name === undefined) return [];
      const of = counts.filter((row) => row.run === run.id && row.chart === chartId);
      const count = (answer: Answer) => of.find((row) => row.answer === answer)?.count ?? 0;
      return { chartId, name, open: count('open'), yes: count('yes'), no: count('no') };
    }),
    latest: latest.get(run.id) ?? { count: 0, yes: 0 },
  }));
}

async function countAnswers(db: Tx, runs: Run[]) {
  if (runs.length === 0) return [];
  const { chartId: chart, trainingRunId: run } = predictions;
  return db
    .select({ run, chart, answer, count: count() })
    .from(predictions)
    .leftJoin(spanAnnotations, saysIt)
    .where(isOfRuns(runs))
    .groupBy(run, chart, answer);
}

/** The newest answers to each search that were given one by one. */
async function readLatest(db: Tx, runs: Run[]): Promise<Map<number, Search['latest']>> {
  if (runs.length === 0) return new Map();
  const { trainingRunId, reviewedAt, status, inBulk } = predictions;
  const place = sql<number>`row_number() over (partition by ${trainingRunId} order by ${reviewedAt} desc)`;
  const placed = db
    .select({ run: trainingRunId, said: answer.as('said'), place: place.as('place') })
    .from(predictions)
    .leftJoin(spanAnnotations, saysIt)
    .where(and(isOfRuns(runs), ne(status, 'new'), not(inBulk)))
    .as('placed');
  const rows = await db
    .select({ run: placed.run, said: placed.said, count: count() })
    .from(placed)
    .where(lte(placed.place, LATEST))
    .groupBy(placed.run, placed.said);
  const found = new Map<number, Search['latest']>();
  for (const row of rows) {
    const { count: before, yes } = found.get(row.run) ?? { count: 0, yes: 0 };
    found.set(row.run, {
      count: before + row.count,
      yes: yes + (row.said === 'yes' ? row.count : 0),
    });
  }
  return found;
}

async function readNames(db: Tx, runs: Run[]): Promise<Map<number, string>> {
  const rows = await db
    .select({ id: charts.id, name: charts.name })
    .from(charts)
    .where(inArray(charts.id, [0, ...runs.flatMap(chartsOf)]));
  return new Map(rows.map((row) => [row.id, row.name]));
}
