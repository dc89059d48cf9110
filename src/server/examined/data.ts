import { and, desc, eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type {
  ExaminedChange,
  ExaminedRange,
  examinedCountSchema,
  LabelNextAnswer,
  labelNextInput,
  listExaminedInput,
  markExaminedInput,
  unmarkExaminedInput,
} from '@/contract/examined';
import { labelNextAnswer } from '@/contract/examined';
import type { Db, Tx } from '@/lib/db';
import { candles, charts, examinedRanges, revisions, trainingRuns } from '@/lib/db/schema';
import { AppError } from '../errors';
import { askService } from '../live/data';
import { barsIn, examine, examinedLog, rangeColumns, type Step } from '../records/examined';
import { hasOwnModel, isUsable } from '../runs/data';
import { type ChartScope, inScope, noSuchChart, ofChart, readOfChart, type Scope } from '../scope';
import { checkLabels } from '../spans/data';

/** Ranges that touch the window, by start. */
export const listExamined = (
  db: Tx,
  scope: ChartScope,
  { limit, ...window }: Omit<z.output<typeof listExaminedInput>, 'chartId'>,
): Promise<ExaminedRange[]> =>
  readOfChart(
    db,
    scope,
    db.execute<ExaminedRange>(sql`
      select ${rangeColumns} from ${examinedRanges}
      where ${examinedLog.overlapping(scope, window)}
      order by start_time, end_time, id limit ${limit}`),
  );

/** Of the chart's candles, those that lie in a range of anybody. */
export async function countExamined(
  db: Tx,
  scope: ChartScope,
): Promise<z.output<typeof examinedCountSchema>> {
  const { chartId } = scope;
  const [counted] = await db.execute<{ examined: number; candles: number }>(sql`
    select ${charts.candleCount}::double precision as candles, (
      select coalesce(sum(bars), 0)::double precision
      from (
        select unnest(range_agg(tstzrange(start_time, end_time, '[]'))) as range
        from ${examinedRanges} where chart_id = ${chartId}
      ) as merged,
      lateral (
        select count(*) as bars from ${candles}
        where chart_id = ${chartId} and time between lower(range) and upper(range)
      ) as counted
    ) as examined
    from ${charts} where ${ofChart(scope, charts.id)}`);
  if (!counted) throw noSuchChart(chartId);
  return counted;
}

/** Marks the candles in the window as examined by the actor. */
export async function markExamined(
  db: Tx,
  scope: ChartScope,
  { labelSet, source, ...window }: Omit<z.output<typeof markExaminedInput>, 'chartId'>,
): Promise<ExaminedChange> {
  const bars = await barsIn(db, scope, window);
  if (!bars) throw new AppError('BAD_REQUEST', 'There is no candle in this window.');
  await checkLabels(db, labelSet ?? []);
  return examine(db, scope, { person: scope.actor.id }, [
    { type: 'mark', bars: [bars], source, labelSet },
  ]);
}

/** Takes bars out of what the actor has examined. */
export const unmarkExamined = (
  db: Tx,
  scope: ChartScope,
  { labelSet, ...bars }: Omit<z.output<typeof unmarkExaminedInput>, 'chartId'>,
): Promise<ExaminedChange> =>
  examine(db, scope, { person: scope.actor.id }, [{ type: 'cut', bars: [bars], labelSet }]);

/** Puts the actor's ranges back where a revision has changed them, whatever else happened since. */
export async function revertExamined(
  db: Tx,
  scope: ChartScope,
  { rev }: { rev: number },
): Promise<ExaminedChange> {
  const lines = (await db
    .select({ before: revisions.before, after: revisions.after })
    .from(revisions)
    .where(
      and(
        ofChart(scope, revisions.chartId),
        eq(revisions.rev, rev),
        eq(revisions.entity, 'examined_range'),
      ),
    )) as { before: ExaminedRange | null; after: ExaminedRange | null }[];
  const isOwn = (range: ExaminedRange | null) => range?.createdBy === scope.actor.id;
  const made = lines.flatMap(({ after }) => (after && isOwn(after) ? after : []));
  const deleted = lines.flatMap(({ before }) => (before && isOwn(before) ? before : []));
  if (made.length + deleted.length === 0) {
    throw new AppError('NOT_FOUND', `Revision ${rev} has changed nothing that you have examined.`);
  }
  const cuts = made.map(
    (range): Step => ({
      type: 'cut',
      bars: [range],
      labelSet: range.labelSet,
    }),
  );
  const marks = deleted.map(
    ({ source, labelSet, ...range }): Step => ({
      type: 'mark',
      bars: [range],
      source,
      labelSet,
    }),
  );
  return examine(db, scope, { person: scope.actor.id }, [...cuts, ...marks]);
}

const MAX_CHARTS = 500;

/**
 * The window that the actor should look at now, over all charts or on one: where the newest run is
 * least sure, or, without one, where least was examined.
 */
export async function labelNext(
  db: Db,
  scope: Scope,
  { chartId, ...wanted }: z.output<typeof labelNextInput>,
  signal?: AbortSignal,
): Promise<LabelNextAnswer> {
  const [own, [run]] = await Promise.all([
    db
      .select({ id: charts.id })
      .from(charts)
      .where(
        and(inScope(scope, charts.id), chartId === undefined ? undefined : eq(charts.id, chartId)),
      )
      .orderBy(desc(charts.id))
      .limit(MAX_CHARTS),
    db
      .select({ id: trainingRuns.id })
      .from(trainingRuns)
      .where(and(hasOwnModel, isUsable(scope)))
      .orderBy(desc(trainingRuns.id))
      .limit(1),
  ]);
  if (chartId !== undefined && own.length === 0) throw noSuchChart(chartId);
  const question = { ...wanted, chartIds: own.map(({ id }) => id), runId: run?.id ?? null };
  const asked = { channel: 'label_next' as const, question, answer: labelNextAnswer, signal };
  return { window: null, ...(await askService(db, asked)) };
}
