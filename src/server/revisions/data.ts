import { isDeepStrictEqual } from 'node:util';
import { type Column, eq, type SQL, sql } from 'drizzle-orm';
import { MAX_DIFF } from '@/contract/common';
import type { ApplyResult, BulkDeleted, Conflict } from '@/contract/errors';
import type { Db, Tx } from '@/lib/db';
import { type annotations, charts, revisions, type spanAnnotations } from '@/lib/db/schema';
import { anyOf, asStored, columnNames, recordset, wireRow } from '@/lib/db/wire';
import { noSuchChart } from '../charts/data';
import { AppError } from '../errors';
import { type Diff, type Plan, planDiff, repeatedUid, STORED_KEYS, type Stored } from './rules';

/** A table whose rows belong to a chart and are written by diffs. */
export type Entity<Fields> = {
  name: 'annotation' | 'span';
  table: typeof annotations | typeof spanAnnotations;
  /** Where no row may have the uid of one of these: the history tells rows by it. */
  other: typeof annotations | typeof spanAnnotations;
  fields: readonly (keyof Fields & string)[];
  /** The column that holds the name of a label. */
  label: Column;
  /** What lists go by, before the id. */
  order: Column;
  /** Throws where the labels that exist do not allow what is about to be written. */
  check: (tx: Tx, changes: { before: Fields | null; fields: Fields }[]) => Promise<void>;
};

/**
 * Applies a diff to a chart in one transaction: all of it or, with CONFLICT, nothing. Rows that
 * change are stamped with the chart's next rev and logged under it; a diff that changes nothing
 * draws none. Sending a diff again gives the same answer.
 */
export function applyDiff<Fields extends object, Row extends Fields & Stored>(
  db: Tx,
  entity: Entity<Fields>,
  args: { chartId: number; actorId: string; diff: Diff<Fields> },
): Promise<ApplyResult<Row>> {
  const { chartId, actorId, diff } = args;
  const repeated = repeatedUid(diff);
  if (repeated) {
    throw new AppError('BAD_REQUEST', `The ${entity.name} ${repeated} stands twice in one write.`);
  }
  return db.transaction(async (tx) => {
    const rev = await lockChart(tx, chartId);
    const uids = [...diff.created, ...diff.updated, ...diff.deleted].map(({ uid }) => uid);
    const rows = await lockRows<Row>(tx, entity, chartId, uids);
    const plan = planDiff<Fields, Row>(diff, rows, sameAs(entity));
    refuseConflicts(entity, plan.conflicts);
    const { create, update, remove } = plan;
    if (create.length + update.length + remove.length === 0) return answer(rev, diff, rows);
    await entity.check(tx, [...create.map((fields) => ({ before: null, fields })), ...update]);
    const next = { chartId, actorId, rev: rev + 1 };
    for (const row of await write<Fields, Row>(tx, entity, next, plan)) rows.set(row.uid, row);
    return answer(next.rev, diff, rows);
  });
}

/**
 * Deletes the chart's rows that `where` picks, the first of them when they are more than a diff may
 * hold, in one transaction under one rev. `also` runs in it, with what was deleted.
 */
export function deleteWhere<Row extends Stored>(
  db: Db,
  entity: Entity<never>,
  args: {
    chartId: number;
    actorId: string;
    where: SQL | undefined;
    also?: (tx: Tx, deleted: Row[]) => Promise<void>;
  },
): Promise<BulkDeleted<Row>> {
  const { chartId, actorId, where } = args;
  const { table, order } = entity;
  const picked = sql`${table.chartId} = ${chartId} and ${where ?? sql`true`}`;
  return db.transaction(async (tx) => {
    const rev = await lockChart(tx, chartId);
    const found = await tx.execute<{ row: Row }>(sql`
      with gone as (
        delete from ${table} where ${table.id} in (
          select ${table.id} from ${table} where ${picked}
          order by ${order}, ${table.id} limit ${MAX_DIFF}
        )
        returning uid, ${order} as place, ${rowOf(entity)} as row
      ),
      logged as (
        insert into ${revisions} (chart_id, rev, uid, entity, op, before, actor, at)
        select ${chartId}, ${rev + 1}, uid, ${entity.name}, 'delete', row, ${actorId},
          statement_timestamp()
        from gone
      ),
      drawn as (
        update ${charts} set rev = ${rev + 1} where id = ${chartId} and exists (select from gone)
        returning pg_notify('chart', id::text)
      )
      select row from gone order by place, (row ->> 'id')::bigint`);
    const deleted = found.map(({ row }) => row);
    await args.also?.(tx, deleted);
    const [left] = await tx.execute<{ count: number }>(
      sql`select count(*)::int from ${table} where ${picked}`,
    );
    return { rev: deleted.length > 0 ? rev + 1 : rev, deleted, remaining: left?.count ?? 0 };
  });
}

/** Whether a row already holds the fields. */
export const sameAs =
  <Fields extends object>({ table, fields: keys }: Entity<Fields>) =>
  (fields: Fields, row: Fields): boolean =>
    isDeepStrictEqual(asStored(table, keys, fields), asStored(table, keys, row));

/** One writer a chart at a time, so that revs are dense and, like their times, in the order of commits. */
export async function lockChart(tx: Tx, chartId: number): Promise<number> {
  const [chart] = await tx
    .select({ rev: charts.rev })
    .from(charts)
    .where(eq(charts.id, chartId))
    .for('no key update');
  if (!chart) throw noSuchChart(chartId);
  return chart.rev;
}

/** The chart's rows among `uids`, by uid. */
export async function lockRows<Row extends Stored>(
  tx: Tx,
  entity: Entity<never>,
  chartId: number,
  uids: string[],
): Promise<Map<string, Row>> {
  const { table } = entity;
  const found = await tx.execute<{ row: Row }>(
    sql`select ${rowOf(entity)} as row from ${table}
      where ${table.chartId} = ${chartId} and ${anyOf(table.uid, uids)} for update`,
  );
  return new Map(found.map(({ row }) => [row.uid, row]));
}

/** A row as the browser and the log know it. */
export const rowOf = ({ table, fields }: Entity<never>) =>
  wireRow(table, [...STORED_KEYS, ...fields]);

/**
 * Carries out a plan in one statement: the rows, the log, the chart's rev, and a call to whoever
 * listens for the chart. Gives back the rows as they now are.
 */
export async function write<Fields extends object, Row extends Stored>(
  tx: Tx,
  entity: Entity<Fields>,
  { chartId, actorId, rev }: { chartId: number; actorId: string; rev: number },
  { create, update, remove }: Plan<Fields, Row>,
): Promise<Row[]> {
  const { table, fields } = entity;
  const lines = [
    ...create.map((line) => ({ ...line, op: 'create' })),
    ...update.map((line) => ({ ...line.fields, op: 'update' })),
    ...remove.map(({ uid }) => ({ uid, op: 'delete' })),
  ];
  const row = rowOf(entity);
  const named = sql`${table.chartId} = ${chartId} and ${table.uid} = r.uid`;
  const written = await tx.execute<{ row: Row }>(sql`
    with r as materialized (select * from ${recordset(table, fields, lines)}),
    old as (
      select r.op, r.uid, ${row} as row from ${table} join r on ${named} where r.op <> 'create'
    ),
    created as (
      insert into ${table} (uid, chart_id, rev, created_by, updated_by,
        ${columnNames(table, fields)})
      select r.uid, ${chartId}, ${rev}, ${actorId}, ${actorId},
        ${columnNames(table, fields)}
      from r where r.op = 'create'
        and not exists (select from ${entity.other} where ${entity.other.uid} = r.uid)
      on conflict (uid) do nothing
      returning uid, ${row} as row
    ),
    updated as (
      update ${table} set rev = ${rev}, updated_at = now(), updated_by = ${actorId},
        (${columnNames(table, fields)}) = row(${columnNames(table, fields, 'r')})
      from r where r.op = 'update' and ${named}
      returning ${table.uid}, ${row} as row
    ),
    deleted as (delete from ${table} using r where r.op = 'delete' and ${named}),
    written as (select uid, row from created union all select uid, row from updated),
    logged as (
      insert into ${revisions} (chart_id, rev, uid, entity, op, before, after, actor, at)
      select ${chartId}, ${rev}, uid, ${entity.name}, coalesce(old.op, 'create'), old.row,
        written.row, ${actorId}, statement_timestamp()
      from old full join written using (uid)
    ),
    drawn as (
      update ${charts} set rev = ${rev} where id = ${chartId}
      returning pg_notify('chart', id::text)
    )
    select row from written`);
  const rows = written.map((line) => line.row);
  // A uid that was free and still did not go in belongs to another chart, or another kind of row.
  const there = new Set(rows.map(({ uid }) => uid));
  const taken = create.filter(({ uid }) => !there.has(uid));
  refuseConflicts(
    entity,
    taken.map(({ uid }) => ({ uid, current: null })),
  );
  return rows;
}

function refuseConflicts(entity: Entity<never>, conflicts: Conflict<unknown>[]) {
  const count = conflicts.length;
  if (count === 0) return;
  const what = count === 1 ? `A ${entity.name} was` : `${count} ${entity.name}s were`;
  throw new AppError(
    'CONFLICT',
    `${what} changed or deleted meanwhile; nothing was saved.`,
    conflicts,
  );
}

function answer<Row>(
  rev: number,
  diff: Diff<unknown>,
  rows: ReadonlyMap<string, Row>,
): ApplyResult<Row> {
  return {
    rev,
    rows: [...diff.created, ...diff.updated].flatMap(({ uid }) => rows.get(uid) ?? []),
    deleted: diff.deleted.map(({ uid }) => uid),
  };
}
