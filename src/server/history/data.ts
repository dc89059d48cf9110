import { and, asc, count, desc, eq, gt, lt, max, type SQL, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { Annotation } from '@/contract/annotations';
import type { Chart } from '@/contract/charts';
import { MAX_DIFF } from '@/contract/common';
import type { ExaminedRange } from '@/contract/examined';
import type {
  AsOf,
  asOfInput,
  Entries,
  Entry,
  listEntriesInput,
  listRevisionsInput,
  Moment,
  Restored,
  Revision,
  restoreInput,
} from '@/contract/history';
import type { Span } from '@/contract/spans';
import type { Db, Tx } from '@/lib/db';
import { revisions } from '@/lib/db/schema';
import { toPgTimestamp } from '@/lib/time';
import { annotationEntity, annotationWindow } from '../annotations/data';
import { AppError } from '../errors';
import type { Stored } from '../records/diff';
import type { Entity } from '../records/entity';
import { examine, examinedLog, findRanges, timestamp, writeRanges } from '../records/examined';
import { examineReviews } from '../records/examined-reviews';
import { lockChart, lockRows, sameAs, write } from '../records/write';
import { reopenPredictions, spanEntity, spanWindow } from '../spans/data';
import { planRestore } from './rules';

const { chartId, rev, uid, entity, op, actor, at } = revisions;

/** What was written to the chart at once, newest first. */
export function listRevisions(
  db: Tx,
  input: z.output<typeof listRevisionsInput>,
): Promise<Revision[]> {
  const counted = (kind: string) => sql<number>`(count(*) filter (where ${op} = ${kind}))::int`;
  return db
    .select({
      rev,
      at: sql<number>`extract(epoch from ${max(at)})::double precision`,
      actor: sql<string>`min(${actor})`,
      created: counted('create'),
      updated: counted('update'),
      deleted: counted('delete'),
    })
    .from(revisions)
    .where(
      and(
        eq(chartId, input.chartId),
        input.before === undefined ? undefined : lt(rev, input.before),
      ),
    )
    .groupBy(rev)
    .orderBy(desc(rev))
    .limit(input.limit);
}

/** Each row that a revision changed, as it was before and after; newest first. */
export async function listEntries(
  db: Tx,
  { limit, before, ...of }: z.output<typeof listEntriesInput>,
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
        eq(chartId, of.chartId),
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
export async function readAsOf(
  db: Db,
  chart: Chart,
  { moment, from, to, limit }: z.output<typeof asOfInput>,
): Promise<AsOf> {
  // One snapshot: what is read as unchanged must not be changed by the time the rest is read.
  return db.transaction(
    async (tx) => {
      const then = await revOf(tx, chart, moment);
      const read = <Row>(kind: Logged, now: SQL | undefined, before: SQL) =>
        rowsAsOf<Row>(tx, kind, { chartId: chart.id, then, now, before, limit });
      const seconds = (key: string) => sql`(before ->> ${key})::double precision`;
      const geometry = sql`before -> 'geometry'`;
      const corner = (key: string) => sql`(${geometry} ->> ${key})::double precision`;
      return {
        rev: then,
        spans: await read<Span>(
          spanEntity,
          spanWindow(chart.id, { from, to }),
          sql`${seconds('startTime')} <= ${to} and ${seconds('endTime')} >= ${from}`,
        ),
        annotations: await read<Annotation>(
          annotationEntity,
          annotationWindow(from, to),
          sql`case when jsonb_typeof(${geometry}) = 'object'
            then least(${corner('startTime')}, ${corner('endTime')}) <= ${to}
              and greatest(${corner('startTime')}, ${corner('endTime')}) >= ${from}
            else ${seconds('time')} between ${from} and ${to} end`,
        ),
        examined: await read<ExaminedRange>(
          examinedLog,
          sql`start_time <= ${timestamp(to)} and end_time >= ${timestamp(from)}`,
          sql`${seconds('startTime')} <= ${to} and ${seconds('endTime')} >= ${from}`,
        ),
      };
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  );
}

/** A kind of rows that the log keeps. */
type Logged = Pick<Entity<never>, 'row' | 'order'> & {
  name: string;
  table: Entity<never>['table'] | typeof examinedLog.table;
};

async function rowsAsOf<Row>(
  tx: Tx,
  kind: Logged,
  part: { chartId: number; then: number; now: SQL | undefined; before: SQL; limit: number },
): Promise<Row[]> {
  const { table, order } = kind;
  const time = sql`(row ->> ${keyOf(kind)})::double precision`;
  const rows = await tx.execute<{ row: Row }>(sql`
    with changed as (
      select distinct on (uid) before from ${revisions}
      where ${chartId} = ${part.chartId} and ${rev} > ${part.then} and ${entity} = ${kind.name}
      order by uid, ${rev}
    ),
    rows as (
      (select ${kind.row} as row from ${table}
        where ${table.chartId} = ${part.chartId} and ${table.rev} <= ${part.then}
          and ${part.now ?? sql`true`}
        order by ${order}, ${table.id} limit ${part.limit})
      union all
      select before from changed where before is not null and ${part.before}
    )
    select row from rows order by ${time}, (row ->> 'id')::bigint limit ${part.limit}`);
  return rows.map(({ row }) => row);
}

const keyOf = ({ name }: Logged) => (name === annotationEntity.name ? 'time' : 'startTime');

/** The last revision at a moment; 0 stands for before the first. */
async function revOf(tx: Tx, chart: Chart, moment: Moment): Promise<number> {
  if ('rev' in moment) {
    refuseFuture(chart, moment.rev);
    return moment.rev;
  }
  const [last] = await tx
    .select({ rev })
    .from(revisions)
    .where(and(eq(chartId, chart.id), sql`${at} <= ${toPgTimestamp(moment.at)}::timestamptz`))
    .orderBy(desc(rev))
    .limit(1);
  return last?.rev ?? 0;
}

function refuseFuture(chart: { id: number; rev: number }, wanted: number) {
  if (wanted <= chart.rev) return;
  throw new AppError(
    'NOT_FOUND',
    `Chart ${chart.id} is at revision ${chart.rev}; there is no revision ${wanted} yet.`,
  );
}

/**
 * Makes annotations, spans and examined ranges what they were after a revision, as one more revision: nothing of
 * what happened since is lost from the history, and restoring can be restored.
 */
export function restore(
  db: Db,
  { actorId, ...wanted }: z.output<typeof restoreInput> & { actorId: string },
): Promise<Restored> {
  return db.transaction(async (tx) => {
    const now = await lockChart(tx, wanted.chartId);
    refuseFuture({ id: wanted.chartId, rev: now }, wanted.rev);
    if (wanted.uid) await requireRecord(tx, wanted.chartId, wanted.uid);
    const next = { chartId: wanted.chartId, actorId, rev: now + 1 };
    const spans = await restoreRows<Span>(tx, spanEntity, wanted, next);
    const annotations = await restoreRows<Annotation>(tx, annotationEntity, wanted, next);
    const examined = await restoreExamined(tx, wanted, next);
    const sum = (key: 'created' | 'updated' | 'deleted') =>
      spans[key] + annotations[key] + examined[key];
    const done = { created: sum('created'), updated: sum('updated'), deleted: sum('deleted') };
    const changed = done.created + done.updated + done.deleted > 0;
    return { rev: changed ? next.rev : now, ...done };
  });
}

/** Page by page, so that any number of rows may have changed since. */
async function restoreRows<Row extends Stored & object>(
  tx: Tx,
  kind: Entity<never>,
  wanted: { chartId: number; rev: number; uid?: string | undefined },
  next: { chartId: number; actorId: string; rev: number },
) {
  const done = { created: 0, updated: 0, deleted: 0 };
  let after: string | undefined;
  do {
    const found = await tx
      .selectDistinctOn([uid], { uid, before: revisions.before })
      .from(revisions)
      .where(
        and(
          eq(chartId, wanted.chartId),
          eq(entity, kind.name),
          gt(rev, wanted.rev),
          lt(rev, next.rev),
          wanted.uid ? eq(uid, wanted.uid) : undefined,
          after === undefined ? undefined : gt(uid, after),
        ),
      )
      .orderBy(asc(uid), asc(rev))
      .limit(MAX_DIFF);
    const uids = found.map((line) => line.uid);
    const rows = await lockRows<Row>(tx, kind, wanted.chartId, uids);
    const plan = planRestore<object, Row>(
      found.map((line) => ({
        uid: line.uid,
        was: line.before as Row | null,
        is: rows.get(line.uid) ?? null,
      })),
      sameAs(kind as Entity<object>),
    );
    const { create, update, remove } = plan;
    if (create.length + update.length + remove.length > 0) {
      await kind.check(tx, [
        ...create.map((fields) => ({ before: null, fields })),
        ...update,
      ] as never);
      await write(tx, kind as Entity<object>, next, plan);
      if (kind === spanEntity) {
        const reopened = await reopenPredictions(
          tx,
          wanted.chartId,
          remove.map((row) => row.uid),
        );
        // With the whole chart, its ranges go back to what they were anyway.
        if (wanted.uid) await examineReviews(tx, next, { reviewed: [], reopened });
      }
    }
    done.created += create.length;
    done.updated += update.length;
    done.deleted += remove.length;
    after = uids.length === MAX_DIFF ? uids.at(-1) : undefined;
  } while (after !== undefined);
  return done;
}

/** The same for examined ranges, whose rows come and go but never change. */
async function restoreExamined(
  tx: Tx,
  wanted: { chartId: number; rev: number; uid?: string | undefined },
  next: { chartId: number; actorId: string; rev: number },
) {
  const first = await tx
    .selectDistinctOn([uid], { uid, was: revisions.before, made: revisions.after })
    .from(revisions)
    .where(
      and(
        eq(chartId, wanted.chartId),
        eq(entity, examinedLog.name),
        gt(rev, wanted.rev),
        lt(rev, next.rev),
        wanted.uid ? eq(uid, wanted.uid) : undefined,
      ),
    )
    .orderBy(asc(uid), asc(rev));
  const lines = first as { uid: string; was: ExaminedRange | null; made: ExaminedRange | null }[];
  if (wanted.uid) {
    // Alone, a range that comes back has to get along with those that are there now.
    const [line] = lines;
    const range = line?.was ?? line?.made;
    if (!line || !range) return { created: 0, updated: 0, deleted: 0 };
    const { source, labelSet, createdBy } = range;
    const change = { ...next, person: createdBy };
    const { created, deleted } = await examine(tx, change, [
      line.was
        ? { type: 'mark', bars: [range], source, labelSet }
        : { type: 'cut', bars: [range], labelSet },
    ]);
    return { created: created.length, updated: 0, deleted: deleted.length };
  }
  const existing = await findRanges(
    tx,
    lines.map((line) => line.uid),
  );
  const create = lines.flatMap(({ uid, was }) => (was && !existing.has(uid) ? was : []));
  const remove = lines.filter(({ uid, was }) => !was && existing.has(uid));
  if (create.length + remove.length > 0) await writeRanges(tx, next, { create, remove });
  return { created: create.length, updated: 0, deleted: remove.length };
}

async function requireRecord(tx: Tx, chart: number, wanted: string) {
  const [known] = await tx
    .select({ count: count() })
    .from(revisions)
    .where(and(eq(chartId, chart), eq(uid, wanted)));
  if (known?.count) return;
  throw new AppError(
    'NOT_FOUND',
    `The history of this chart knows nothing with the uid ${wanted}.`,
  );
}
