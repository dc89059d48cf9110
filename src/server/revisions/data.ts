import { isDeepStrictEqual } from 'node:util';
import { eq, sql } from 'drizzle-orm';
import type { ApplyResult, Conflict } from '@/contract/errors';
import type { Tx } from '@/lib/db';
import { type annotations, charts, revisions, type spanAnnotations } from '@/lib/db/schema';
import { anyOf, asStored, columnNames, recordset, wireRow } from '@/lib/db/wire';
import { noSuchChart } from '../charts/data';
import { AppError } from '../errors';
import { type Diff, type Plan, planDiff, repeatedUid, STORED_KEYS, type Stored } from './rules';

/** A table whose rows belong to a chart and are written by diffs. */
export type Entity<Fields> = {
  name: 'annotation' | 'span';
  table: typeof annotations | typeof spanAnnotations;
  fields: readonly (keyof Fields & string)[];
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
  const { table, fields: keys } = entity;
  const repeated = repeatedUid(diff);
  if (repeated) {
    throw new AppError('BAD_REQUEST', `The ${entity.name} ${repeated} stands twice in one write.`);
  }
  return db.transaction(async (tx) => {
    const rev = await lockChart(tx, chartId);
    const rows = await lockRows<Row>(tx, entity, chartId, diff);
    const plan = planDiff<Fields, Row>(diff, rows, (fields, row) =>
      isDeepStrictEqual(asStored(table, keys, fields), asStored(table, keys, row)),
    );
    refuseConflicts(entity, plan.conflicts);
    const { create, update, remove } = plan;
    if (create.length + update.length + remove.length === 0) return answer(rev, diff, rows);
    await entity.check(tx, [...create.map((fields) => ({ before: null, fields })), ...update]);
    const next = { chartId, actorId, rev: rev + 1 };
    for (const row of await write<Fields, Row>(tx, entity, next, plan)) rows.set(row.uid, row);
    return answer(next.rev, diff, rows);
  });
}

/** One writer a chart at a time, so that revs are dense and in the order of commits. */
async function lockChart(tx: Tx, chartId: number): Promise<number> {
  const [chart] = await tx
    .select({ rev: charts.rev })
    .from(charts)
    .where(eq(charts.id, chartId))
    .for('no key update');
  if (!chart) throw noSuchChart(chartId);
  return chart.rev;
}

/** The chart's rows that the diff names, by uid. */
async function lockRows<Row extends Stored>(
  tx: Tx,
  entity: Entity<never>,
  chartId: number,
  diff: Diff<unknown>,
): Promise<Map<string, Row>> {
  const { table } = entity;
  const uids = [...diff.created, ...diff.updated, ...diff.deleted].map((line) => line.uid);
  const found = await tx.execute<{ row: Row }>(
    sql`select ${rowOf(entity)} as row from ${table}
      where ${table.chartId} = ${chartId} and ${anyOf(table.uid, uids)} for update`,
  );
  return new Map(found.map(({ row }) => [row.uid, row]));
}

const rowOf = ({ table, fields }: Entity<never>) => wireRow(table, [...STORED_KEYS, ...fields]);

/**
 * Carries out a plan in one statement: the rows, the log, the chart's rev, and a call to whoever
 * listens for the chart. Gives back the rows as they now are.
 */
async function write<Fields extends object, Row extends Stored>(
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
      insert into ${revisions} (chart_id, rev, uid, entity, op, before, after, actor)
      select ${chartId}, ${rev}, uid, ${entity.name}, coalesce(old.op, 'create'), old.row,
        written.row, ${actorId}
      from old full join written using (uid)
    ),
    drawn as (
      update ${charts} set rev = ${rev} where id = ${chartId}
      returning pg_notify('chart', id::text)
    )
    select row from written`);
  const rows = written.map((line) => line.row);
  // A uid that was free on this chart and still did not go in belongs to another one.
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
