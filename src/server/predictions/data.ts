import { and, asc, eq, gte, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { listPredictionsInput, Prediction, reviewInput } from '@/contract/predictions';
import type { ApplyResult } from '@/contract/records';
import type { Span } from '@/contract/spans';
import type { Tx } from '@/lib/db';
import { predictions } from '@/lib/db/schema';
import { overlapping } from '@/lib/db/window';
import { anyOf } from '@/lib/db/wire';
import { AppError } from '../errors';
import { examineReviews } from '../records/examined-reviews';
import { lockChart, notifyCharts } from '../records/lock';
import { type ChartScope, ofChart } from '../scope';
import { applySpans, findSpans } from '../spans/data';
import { reviewMistake } from './rules';

const columns = {
  id: predictions.id,
  chartId: predictions.chartId,
  runId: predictions.trainingRunId,
  startTime: predictions.startTime,
  endTime: predictions.endTime,
  label: predictions.label,
  score: predictions.score,
  status: predictions.status,
  spanUid: predictions.spanUid,
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
  return rows as Prediction[];
}

const ofRun = (chartId: number, runId: number) =>
  sql`${and(eq(predictions.chartId, chartId), eq(predictions.trainingRunId, runId))}`;

export type ReviewResult = ApplyResult<Span> & { predictions: Prediction[] };

/**
 * Writes spans and what they say about predictions in one transaction. Refuses with CONFLICT to
 * replace another review whose span is still there. Sending a review again changes nothing.
 */
export function reviewPredictions(
  db: Tx,
  scope: ChartScope,
  { reviews, diff }: Omit<z.output<typeof reviewInput>, 'chartId'>,
): Promise<ReviewResult> {
  const mistake = reviewMistake(reviews);
  if (mistake) throw new AppError('BAD_REQUEST', mistake);
  return db.transaction(async (tx) => {
    // Comes first: two reviews of one prediction follow one another.
    const rev = await lockChart(tx, scope);
    const saved = await applySpans(tx, scope, diff);
    const ids = reviews.map((review) => review.id);
    const before = await lockPredictions(tx, scope, ids);
    await refuseClashes(tx, scope, reviews, before);
    const written = await tx.execute(sql`
      update ${predictions} set status = r.status, span_uid = r."spanUid",
        reviewed_by = r.person, reviewed_at = r.moment
      from (
        select *, case when status <> 'new' then ${scope.actor.id} end as person,
          case when status <> 'new' then now() end as moment
        from jsonb_to_recordset(${JSON.stringify(reviews)}::jsonb)
          as given(id bigint, status text, "spanUid" uuid)
      ) as r
      where ${ofChart(scope, predictions.chartId)} and ${predictions.id} = r.id
        and (${predictions.status}, ${predictions.spanUid}) is distinct from (r.status, r."spanUid")
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
    const was = before.get(id);
    if (!was) throw new AppError('NOT_FOUND', `There is no prediction ${id} on this chart.`);
    if (spanUid && !spans.has(spanUid)) {
      throw new AppError('BAD_REQUEST', `Prediction ${id} names a span that is not on this chart.`);
    }
    const other = was.spanUid !== spanUid && was.spanUid && spans.get(was.spanUid);
    if (other) conflicts.push({ uid: other.uid, current: other });
  }
  if (conflicts.length === 0) return;
  const what = conflicts.length === 1 ? 'A prediction' : `${conflicts.length} predictions`;
  throw new AppError(
    'CONFLICT',
    `${what} got another review meanwhile; nothing was saved.`,
    conflicts,
  );
}
