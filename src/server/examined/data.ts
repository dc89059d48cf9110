import { and, eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type {
  ExaminedChange,
  ExaminedRange,
  listExaminedInput,
  markExaminedInput,
  revertExaminedInput,
  unmarkExaminedInput,
} from '@/contract/examined';
import type { Db, Tx } from '@/lib/db';
import { examinedRanges, revisions } from '@/lib/db/schema';
import { readOfChart } from '../charts/data';
import { AppError } from '../errors';
import { barsIn, examine, rangeColumns, type Step, timestamp } from '../records/examined';

/** Ranges that touch the window, by start. */
export const listExamined = (
  db: Tx,
  { chartId, from, to, limit }: z.output<typeof listExaminedInput>,
): Promise<ExaminedRange[]> =>
  readOfChart(
    db,
    chartId,
    sql`select ${rangeColumns} from ${examinedRanges}
      where chart_id = ${chartId}
        and start_time <= ${timestamp(to)} and end_time >= ${timestamp(from)}
      order by start_time, end_time, id limit ${limit}`,
  );

/** Marks the candles in the window as examined by the actor. */
export async function markExamined(
  db: Db,
  actorId: string,
  { chartId, labelSet, source, ...window }: z.output<typeof markExaminedInput>,
): Promise<ExaminedChange> {
  const bars = await barsIn(db, chartId, window);
  if (!bars) throw new AppError('BAD_REQUEST', 'There is no candle in this window.');
  return examine(db, { chartId, person: actorId, actorId }, [
    { type: 'mark', bars: [bars], source, labelSet },
  ]);
}

/** Takes bars out of what the actor has examined. */
export const unmarkExamined = (
  db: Db,
  actorId: string,
  { chartId, labelSet, ...bars }: z.output<typeof unmarkExaminedInput>,
): Promise<ExaminedChange> =>
  examine(db, { chartId, person: actorId, actorId }, [{ type: 'cut', bars: [bars], labelSet }]);

/** Puts the actor's ranges back where a revision has changed them, whatever else happened since. */
export async function revertExamined(
  db: Db,
  actorId: string,
  { chartId, rev }: z.output<typeof revertExaminedInput>,
): Promise<ExaminedChange> {
  const lines = (await db
    .select({ before: revisions.before, after: revisions.after })
    .from(revisions)
    .where(
      and(
        eq(revisions.chartId, chartId),
        eq(revisions.rev, rev),
        eq(revisions.entity, 'examined_range'),
      ),
    )) as { before: ExaminedRange | null; after: ExaminedRange | null }[];
  const isOwn = (range: ExaminedRange | null) => range?.createdBy === actorId;
  const made = lines.flatMap(({ after }) => (after && isOwn(after) ? after : []));
  const gone = lines.flatMap(({ before }) => (before && isOwn(before) ? before : []));
  if (made.length + gone.length === 0) {
    throw new AppError('NOT_FOUND', `Revision ${rev} has changed nothing that you have examined.`);
  }
  const cuts = made.map(
    (range): Step => ({
      type: 'cut',
      bars: [range],
      labelSet: range.labelSet,
    }),
  );
  const marks = gone.map(
    ({ source, labelSet, ...range }): Step => ({
      type: 'mark',
      bars: [range],
      source,
      labelSet,
    }),
  );
  return examine(db, { chartId, person: actorId, actorId }, [...cuts, ...marks]);
}
