import { isDeepStrictEqual } from 'node:util';
import { type SQL, sql } from 'drizzle-orm';
import { MAX_DIFF } from '@/contract/common';
import type { Conflict } from '@/contract/errors';
import type { ApplyResult, BulkDeleted } from '@/contract/records';
import type { Tx } from '@/lib/db';
import { charts, revisions } from '@/lib/db/schema';
import { anyOf, asStored, records } from '@/lib/db/wire';
import { AppError } from '../errors';
import { type ChartScope, ofChart } from '../scope';
import { type Diff, type Plan, planDiff, repeatedUid, type Stored } from './diff';
import type { Entity, EntityRows } from './entity';
import { lastDeletions, lockChart, lockRows, notifyCharts } from './lock';

/**
 * Applies a diff to a chart in one transaction: all of it or, with CONFLICT, nothing. Rows that
 * change are stamped with the chart's next rev and logged under it; a diff that changes nothing
 * draws none. Sending a diff again gives the same answer.
 */
export function applyDiff<Fields extends object, Row extends Fields & Stored>(
  db: Tx,
  entity: Entity<Fields>,
  scope: ChartScope,
  given: Diff<Fields>,
): Promise<ApplyResult<Row>> {
  const repeated = repeatedUid(given);
  if (repeated) {
    throw new AppError('BAD_REQUEST', `The ${entity.name} ${repeated} stands twice in one write.`);
  }
  return db.transaction(async (tx) => {
    const uids = [...given.created, ...given.updated, ...given.deleted].map(({ uid }) => uid);
    // Sent together and done in turn: the rows are read once the chart is held.
    const resent = given.created.filter(({ rev }) => rev !== undefined).map(({ uid }) => uid);
    const [rev, rows, deleted, bound] = await Promise.all([
      lockChart(tx, scope),
      lockRows<Row>(tx, entity, scope.chartId, uids),
      lastDeletions(tx, entity, scope.chartId, resent),
      entity.fit?.labels(
        tx,
        [...given.created, ...given.updated].map((fields) => String(fields[entity.labelKey])),
      ),
    ]);
    const diff =
      entity.fit && bound?.size ? await entity.fit.diff(tx, scope, given, rows, bound) : given;
    const plan = planDiff<Fields, Row>(diff, rows, sameAs(entity), deleted);
    refuseConflicts(entity, plan.conflicts, rev);
    const { create, update, remove } = plan;
    if (create.length + update.length + remove.length === 0) return answer(rev, diff, rows);
    const next = rev + 1;
    const changes = [...create.map((fields) => ({ before: null, fields })), ...update];
    const [, written] = await Promise.all([
      entity.check(tx, changes),
      write<Fields, Row>(tx, entity, scope, next, plan),
      bound?.size ? entity.checkWritten?.(tx, changes) : undefined,
    ]);
    for (const row of written) rows.set(row.uid, row);
    return answer(next, diff, rows);
  });
}

/**
 * Deletes the chart's rows that `where` picks, the first of them when they are more than a diff may
 * hold, in one transaction under one rev.
 */
export function deleteWhere<Row extends Stored>(
  db: Tx,
  entity: EntityRows,
  scope: ChartScope,
  where: SQL | undefined,
): Promise<BulkDeleted<Row>> {
  const { chartId, actor } = scope;
  const { table, order } = entity;
  const picked = sql`${ofChart(scope, table.chartId)} and ${where ?? sql`true`}`;
  return db.transaction(async (tx) => {
    const rev = await lockChart(tx, scope);
    const found = await tx.execute<{ row: Row }>(sql`
      with deleted as (
        delete from ${table} where ${table.id} in (
          select ${table.id} from ${table} where ${picked}
          order by ${order}, ${table.id} limit ${MAX_DIFF}
        )
        returning ${table}.*
      ),
      ordered as (select uid, ${order} as place, ${entity.row} as row from deleted as ${table}),
      logged as (
        insert into ${revisions} (chart_id, rev, uid, entity, op, before, actor, at)
        select ${chartId}, ${rev + 1}, uid, ${entity.name}, 'delete', row, ${actor.id},
          statement_timestamp()
        from ordered
      ),
      new_rev as (
        update ${charts} set rev = ${rev + 1} where id = ${chartId} and exists (select from deleted)
      )
      select row from ordered order by place, (row ->> 'id')::bigint`);
    const deleted = found.map(({ row }) => row);
    const [[left]] = await Promise.all([
      tx.execute<{ count: number }>(sql`select count(*)::int from ${table} where ${picked}`),
      deleted.length > 0 && notifyCharts(tx, [chartId]),
    ]);
    return { rev: deleted.length > 0 ? rev + 1 : rev, deleted, remaining: left?.count ?? 0 };
  });
}

/** Whether a row already holds the fields. */
export const sameAs =
  <Fields extends object>({ table, fields: keys }: Entity<Fields>) =>
  (fields: Fields, row: Fields): boolean =>
    isDeepStrictEqual(asStored(table, keys, fields), asStored(table, keys, row));

/**
 * Carries out a plan on a chart that the caller holds, in one statement: the rows, the log and the
 * chart's rev; a call to whoever follows the chart is sent along. Gives back the rows as they now are.
 */
export async function write<Fields extends object, Row extends Stored>(
  tx: Tx,
  entity: Entity<Fields>,
  { chartId, actor }: ChartScope,
  rev: number,
  { create, update, remove }: Plan<Fields, Row>,
): Promise<Row[]> {
  const { table, other, fields, row, names } = entity;
  const lines = [
    ...create.map((line) => ({ ...line, op: 'create' })),
    ...update.map((line) => ({ ...line.fields, op: 'update' })),
    ...remove.map(({ uid }) => ({ uid, op: 'delete' })),
  ];
  const taken = sql`select uid from ${other} where ${anyOf(
    other.uid,
    create.map(({ uid }) => uid),
  )}`;
  // What there is nothing to do for is left out: PostgreSQL would plan it all the same.
  const parts: SQL[] = [];
  const changes: SQL[] = [];
  if (create.length > 0) {
    parts.push(sql`
      created as (
        insert into ${table} (uid, chart_id, rev, created_by, updated_by, ${names})
        select uid, ${chartId}, ${rev}, ${actor.id}, ${actor.id}, ${names} from r
        where op = 'create' and uid not in (${taken})
        on conflict (uid) do nothing
        returning ${table}.*
      )`);
    changes.push(sql`select uid, 'create', null::jsonb, ${row} from created as ${table}`);
  }
  if (update.length + remove.length > 0) {
    // Offset 0 leaves PostgreSQL one way to go about it: by uid, line by line.
    parts.push(sql`
      current as materialized (
        select r.*, row from r, lateral (
          select ${row} as row from ${table} where ${table.uid} = r.uid offset 0
        ) as found
        where op <> 'create'
      )`);
  }
  if (update.length > 0) {
    parts.push(sql`
      updated as (
        update ${table} set rev = ${rev}, updated_at = now(), updated_by = ${actor.id},
          (${names}) = row(${entity.given})
        from current where op = 'update' and ${table.uid} = current.uid
        returning current.row as before, ${table}.*
      )`);
    changes.push(sql`select uid, 'update', before, ${row} from updated as ${table}`);
  }
  if (remove.length > 0) {
    parts.push(sql`
      deleted as (
        delete from ${table} using current where op = 'delete' and ${table.uid} = current.uid
        returning current.uid, current.row as before
      )`);
    changes.push(sql`select uid, 'delete', before, null::jsonb from deleted`);
  }
  const changed = tx.execute<{ row: Row }>(sql`
    with r as materialized (
      select * from jsonb_to_recordset(${records(table, fields, lines)}::jsonb)
        as r(${entity.record})
    ),
    ${sql.join(parts, sql`, `)},
    changes (uid, op, before, after) as (${sql.join(changes, sql` union all `)}),
    logged as (
      insert into ${revisions} (chart_id, rev, uid, entity, op, before, after, actor, at)
      select ${chartId}, ${rev}, uid, ${entity.name}, op, before, after, ${actor.id},
        statement_timestamp()
      from changes
    ),
    new_rev as (update ${charts} set rev = ${rev} where id = ${chartId})
    select after as row from changes where after is not null`);
  const [written] = await Promise.all([changed, notifyCharts(tx, [chartId])]);
  const rows = written.map((line) => line.row);
  // A uid that was free and still did not go in belongs to another chart, or another kind of row.
  const existing = new Set(rows.map(({ uid }) => uid));
  const absent = create.filter(({ uid }) => !existing.has(uid));
  refuseConflicts(
    entity,
    absent.map(({ uid }) => ({ uid, current: null })),
    rev - 1,
  );
  return rows;
}

function refuseConflicts(
  entity: EntityRows,
  conflicts: Omit<Conflict<unknown>, 'rev'>[],
  rev: number,
) {
  const count = conflicts.length;
  if (count === 0) return;
  const what = count === 1 ? `A ${entity.name} was` : `${count} ${entity.name}s were`;
  throw new AppError(
    'CONFLICT',
    `${what} changed or deleted meanwhile; nothing was saved.`,
    conflicts.map((each) => ({ ...each, rev })),
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
