import { and, count, desc, eq, lt, max, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { Annotation, AnnotationFields } from '@/contract/annotations';
import type { ExaminedRange } from '@/contract/examined';
import type {
  AsOf,
  asOfInput,
  Entries,
  Entry,
  listEntriesInput,
  Moment,
  Restored,
  Revision,
} from '@/contract/history';
import type { Span, SpanFields } from '@/contract/spans';
import type { Db, Tx } from '@/lib/db';
import { revisions } from '@/lib/db/schema';
import { toPgTimestamp } from '@/lib/time';
import { annotationEntity } from '../annotations/data';
import { AppError } from '../errors';
import type { LoggedRows, Window } from '../records/entity';
import { examinedLog } from '../records/examined';
import { lockChart } from '../records/lock';
import { restoreRows } from '../records/restore';
import { restoreExamined } from '../records/restore-examined';
import { type ChartScope, ofChart, requireChart } from '../scope';
import { spanEntity } from '../spans/data';

const { chartId, rev, uid, entity, op, actor, at } = revisions;
type EntryQuery = Omit<z.output<typeof listEntriesInput>, 'chartId'>;
type AsOfQuery = Omit<z.output<typeof asOfInput>, 'chartId'>;

/** What was written to the chart at once, newest first. */
export function listRevisions(
  db: Tx,
  scope: ChartScope,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<Revision[]> {
  const isExamined = sql`${entity} = 'examined_range'`;
  const counted = (kind: string) =>
    sql<number>`(count(*) filter (where ${op} = ${kind} and not ${isExamined}))::int`;
  return db
    .select({
      rev,
      at: sql<number>`extract(epoch from ${max(at)})::double precision`,
      actor: sql<string>`min(${actor})`,
      created: counted('create'),
      updated: counted('update'),
      deleted: counted('delete'),
      examined: sql<number>`(count(*) filter (where ${isExamined}))::int`,
    })
    .from(revisions)
    .where(and(ofChart(scope, chartId), before === undefined ? undefined : lt(rev, before)))
    .groupBy(rev)
    .orderBy(desc(rev))
    .limit(limit);
}

/** Each row that a revision changed, as it was before and after; newest first. */
export async function listEntries(
  db: Tx,
  scope: ChartScope,
  { limit, before, ...of }: EntryQuery,
): Promise<Entries> {
  const rows = await db
    .select({
      rev,
      uid,
      entity,
      op,
      actor,
      at,
      before: revisions.before,
      after: revisions.after,
    })
    .from(revisions)
    .where(
      and(
        ofChart(scope, chartId),
        of.uid ? eq(uid, of.uid) : undefined,
        before && sql`(${rev}, ${uid}) < (${before.rev}, ${before.uid})`,
      ),
    )
    .orderBy(desc(rev), desc(uid))
    .limit(limit);
  const last = rows.at(-1);
  const next = last && rows.length === limit ? { rev: last.rev, uid: last.uid } : null;
  return { entries: rows as Entry[], next };
}

/**
 * The rows as they were: those that have not changed since, and of the others what the first
 * change since has found.
 */
export function readAsOf(
  db: Db,
  scope: ChartScope,
  { moment, limit, ...window }: AsOfQuery,
): Promise<AsOf> {
  // One snapshot: what is read as unchanged must not be changed by the time the rest is read.
  return db.transaction(
    async (tx) => {
      const then = await revOf(tx, scope, moment);
      return {
        rev: then,
        spans: await rowsAsOf<Span>(tx, spanEntity, scope, then, window, limit),
        annotations: await rowsAsOf<Annotation>(tx, annotationEntity, scope, then, window, limit),
        examined: await rowsAsOf<ExaminedRange>(tx, examinedLog, scope, then, window, limit),
      };
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  );
}

async function rowsAsOf<Row>(
  tx: Tx,
  kind: LoggedRows,
  scope: ChartScope,
  then: number,
  window: Window,
  limit: number,
): Promise<Row[]> {
  const { table, order, orderKey } = kind;
  const rows = await tx.execute<{ row: Row }>(sql`
    with changed as (
      select distinct on (uid) before from ${revisions}
      where ${ofChart(scope, chartId)} and ${rev} > ${then} and ${entity} = ${kind.name}
      order by uid, ${rev}
    ),
    rows as (
      (select ${kind.row} as row from ${table}
        where ${kind.overlapping(scope, window)} and ${table.rev} <= ${then}
        order by ${order}, ${table.id} limit ${limit})
      union all
      select before from changed where before is not null and ${kind.loggedOverlapping(window)}
    )
    select row from rows
    order by (row ->> ${orderKey})::double precision, (row ->> 'id')::bigint limit ${limit}`);
  return rows.map(({ row }) => row);
}

/** The last revision at a moment; 0 stands for before the first. */
async function revOf(tx: Tx, scope: ChartScope, moment: Moment): Promise<number> {
  if ('rev' in moment) {
    const { rev: current } = await requireChart(tx, scope);
    refuseFuture(scope, current, moment.rev);
    return moment.rev;
  }
  const [last] = await tx
    .select({ rev })
    .from(revisions)
    .where(and(ofChart(scope, chartId), sql`${at} <= ${toPgTimestamp(moment.at)}::timestamptz`))
    .orderBy(desc(rev))
    .limit(1);
  return last?.rev ?? 0;
}

function refuseFuture({ chartId }: ChartScope, current: number, wanted: number) {
  if (wanted <= current) return;
  throw new AppError(
    'NOT_FOUND',
    `Chart ${chartId} is at revision ${current}; there is no revision ${wanted} yet.`,
  );
}

/**
 * Makes annotations, spans and examined ranges what they were after a revision, as one more
 * revision: nothing of what happened since is lost from the history, and restoring can be restored.
 */
export function restore(
  db: Tx,
  scope: ChartScope,
  wanted: { rev: number; uid?: string | undefined },
): Promise<Restored> {
  return db.transaction(async (tx) => {
    const current = await lockChart(tx, scope);
    refuseFuture(scope, current, wanted.rev);
    if (wanted.uid) await requireRecord(tx, scope, wanted.uid);
    const next = current + 1;
    const spans = await restoreRows<SpanFields, Span>(tx, spanEntity, scope, wanted, next);
    const annotations = await restoreRows<AnnotationFields, Annotation>(
      tx,
      annotationEntity,
      scope,
      wanted,
      next,
    );
    const examined = await restoreExamined(tx, scope, wanted, next);
    const sum = (key: 'created' | 'updated' | 'deleted') =>
      spans[key] + annotations[key] + examined[key];
    const done = { created: sum('created'), updated: sum('updated'), deleted: sum('deleted') };
    const changed = done.created + done.updated + done.deleted > 0;
    return { rev: changed ? next : current, ...done };
  });
}

async function requireRecord(tx: Tx, scope: ChartScope, wanted: string) {
  const [logged] = await tx
    .select({ count: count() })
    .from(revisions)
    .where(and(ofChart(scope, chartId), eq(uid, wanted)));
  if (logged?.count) return;
  throw new AppError(
    'NOT_FOUND',
    `The history of this chart knows nothing with the uid ${wanted}.`,
  );
}
