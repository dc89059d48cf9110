import { and, asc, eq, gt, lt, sql } from 'drizzle-orm';
import { MAX_DIFF } from '@/contract/common';
import type { UtcSeconds } from '@/contract/units';
import type { Tx } from '@/lib/db';
import { revisions } from '@/lib/db/schema';
import { type ChartScope, ofChart } from '../scope';
import type { Plan, Stored } from './diff';
import type { Change, Entity } from './entity';
import { lockRows } from './lock';
import { sameAs, write } from './write';

type Marked = { candlesChangedAt: UtcSeconds | null };
const deletedMark = sql<UtcSeconds | null>`(
  select (gone.before ->> 'candlesChangedAt')::double precision from ${revisions} as gone
  where gone.uid = revisions.uid and gone.op = 'delete' order by gone.rev desc limit 1)`;

/**
 * One row as it was and as it is; null where it was or is not there. Candles that changed since have
 * changed for what is restored too, so it keeps the mark of now, or the one that it was deleted with.
 */
type Past<Row> = { uid: string; was: Row | null; is: Row | null; deletedMark: UtcSeconds | null };

/**
 * Makes the chart's rows of one entity, or one of them, what they were after a revision. The
 * caller holds the chart. Goes page by page, so that any number of rows may have changed since.
 */
export async function restoreRows<Fields extends Marked, Row extends Fields & Stored>(
  tx: Tx,
  entity: Entity<Fields>,
  scope: ChartScope,
  wanted: { rev: number; uid?: string | undefined },
  next: number,
) {
  const { chartId, rev, uid } = revisions;
  const done = { created: 0, updated: 0, deleted: 0 };
  const restored: Change<Fields>[] = [];
  let after: string | undefined;
  do {
    const found = await tx
      .selectDistinctOn([uid], { uid, before: revisions.before, deletedMark })
      .from(revisions)
      .where(
        and(
          ofChart(scope, chartId),
          eq(revisions.entity, entity.name),
          gt(rev, wanted.rev),
          lt(rev, next),
          wanted.uid ? eq(uid, wanted.uid) : undefined,
          after === undefined ? undefined : gt(uid, after),
        ),
      )
      .orderBy(asc(uid), asc(rev))
      .limit(MAX_DIFF);
    const uids = found.map((line) => line.uid);
    const rows = await lockRows<Row>(tx, entity, scope.chartId, uids);
    const past = found.map(({ uid, before, deletedMark }) => ({
      uid,
      deletedMark,
      was: before as Row | null,
      is: rows.get(uid) ?? null,
    }));
    const plan = planRestore(past, entity.pick, sameAs(entity));
    const { create, update, remove } = plan;
    if (create.length + update.length + remove.length > 0) {
      const changes = [...create.map((fields) => ({ before: null, fields })), ...update];
      await entity.check(tx, changes);
      await write(tx, entity, scope, next, plan);
      restored.push(...changes);
      const isAlone = wanted.uid !== undefined;
      await entity.afterDelete?.(tx, scope, {
        uids: remove.map(({ uid }) => uid),
        rev: next,
        isAlone,
      });
    }
    done.created += create.length;
    done.updated += update.length;
    done.deleted += remove.length;
    after = uids.length === MAX_DIFF ? uids.at(-1) : undefined;
  } while (after !== undefined);
  // Page by page, a span may come back before the one goes that is in its place.
  if (restored.length > 0) await entity.checkWritten?.(tx, restored);
  return done;
}

/** What turns rows as they are into rows as they were. */
function planRestore<Fields, Row extends Stored & Marked & Fields>(
  rows: readonly Past<Row>[],
  pick: (row: Row) => Fields,
  same: (was: Fields, is: Row) => boolean,
): Plan<Fields, Row> {
  const plan: Plan<Fields, Row> = { create: [], update: [], remove: [], conflicts: [] };
  for (const { uid, was, is, deletedMark } of rows) {
    const candlesChangedAt = is ? is.candlesChangedAt : deletedMark;
    const fields = was && { ...pick(was), candlesChangedAt, uid };
    if (!fields) {
      if (is) plan.remove.push(is);
    } else if (!is) plan.create.push(fields);
    else if (!same(fields, is)) plan.update.push({ before: is, fields });
  }
  return plan;
}
