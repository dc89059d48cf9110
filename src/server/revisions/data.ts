import { isDeepStrictEqual } from 'node:util';
import { and, eq, sql } from 'drizzle-orm';
import type { ApplyResult, Conflict } from '@/contract/errors';
import type { Tx } from '@/lib/db';
import { charts } from '@/lib/db/schema';
import { AppError } from '../errors';
import {
  asStored,
  type Entity,
  fromDriver,
  isOneOf,
  list,
  recordset,
  sqlName,
  wireColumns,
} from './entity';
import { type Diff, type Plan, planDiff, repeatedUid, type Stored } from './rules';

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
    const rows = await lockRows<Row>(tx, entity, chartId, diff);
    const plan = planDiff<Fields, Row>(diff, rows, (fields, row) =>
      isDeepStrictEqual(asStored(entity, fields), asStored(entity, row)),
    );
    refuseConflicts(entity, plan.conflicts);
    const { create, update, remove } = plan;
    if (create.length + update.length + remove.length === 0) {
      return answer(rev, diff, rows);
    }
    await entity.check(tx, [...create.map((fields) => ({ before: null, fields })), ...update]);
    const stamp = { chartId, actorId, rev: rev + 1 };
    const written = [
      ...(await insertRows<Fields, Row>(tx, entity, stamp, create)),
      ...(await updateRows<Fields, Row>(tx, entity, stamp, update)),
    ];
    await deleteRows(tx, entity, chartId, remove);
    for (const row of written) rows.set(row.uid, row);
    await logRevisions(tx, entity, stamp, plan, rows);
    return answer(stamp.rev, diff, rows);
  });
}

type Stamp = { chartId: number; actorId: string; rev: number };

/** One writer a chart at a time, so that revs are dense and in the order of commits. */
async function lockChart(tx: Tx, chartId: number): Promise<number> {
  const [chart] = await tx
    .select({ rev: charts.rev })
    .from(charts)
    .where(eq(charts.id, chartId))
    .for('no key update');
  if (!chart) throw new AppError('NOT_FOUND', `There is no chart ${chartId}.`);
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
  const found = await tx.execute(
    sql`select ${wireColumns(entity)} from ${table}
      where ${table.chartId} = ${chartId} and ${isOneOf(table, uids)} for update`,
  );
  return new Map(found.map((row) => fromDriver<Row>(entity, row)).map((row) => [row.uid, row]));
}

/** Refuses, without a word on where it is, a uid that another chart's row has. */
async function insertRows<Fields extends object, Row extends Stored>(
  tx: Tx,
  entity: Entity<Fields>,
  { chartId, actorId, rev }: Stamp,
  create: Plan<Fields, Row>['create'],
): Promise<Row[]> {
  if (create.length === 0) return [];
  const { table, fields } = entity;
  const names = list(fields.map((field) => sqlName(entity, field)));
  const values = list(fields.map((field) => sql`r.${sql.identifier(field)}`));
  const found = await tx.execute(
    sql`insert into ${table} (uid, chart_id, rev, created_by, updated_by, ${names})
      select r.uid, ${chartId}, ${rev}, ${actorId}, ${actorId}, ${values}
      from ${recordset(entity, create)}
      on conflict (uid) do nothing returning ${wireColumns(entity)}`,
  );
  const rows = found.map((row) => fromDriver<Row>(entity, row));
  const inserted = new Set(rows.map((row) => row.uid));
  refuseConflicts(
    entity,
    create.filter(({ uid }) => !inserted.has(uid)).map(({ uid }) => ({ uid, current: null })),
  );
  return rows;
}

async function updateRows<Fields extends object, Row extends Stored>(
  tx: Tx,
  entity: Entity<Fields>,
  { chartId, actorId, rev }: Stamp,
  update: Plan<Fields, Row>['update'],
): Promise<Row[]> {
  if (update.length === 0) return [];
  const { table, fields } = entity;
  const assignments = list(
    fields.map((field) => sql`${sqlName(entity, field)} = r.${sql.identifier(field)}`),
  );
  const found = await tx.execute(
    sql`update ${table} set ${assignments}, rev = ${rev}, updated_at = now(), updated_by = ${actorId}
      from ${recordset(
        entity,
        update.map((line) => line.fields),
      )}
      where ${table.uid} = r.uid and ${table.chartId} = ${chartId}
      returning ${wireColumns(entity)}`,
  );
  return found.map((row) => fromDriver<Row>(entity, row));
}

async function deleteRows(tx: Tx, { table }: Entity<never>, chartId: number, remove: Stored[]) {
  if (remove.length === 0) return;
  const uids = remove.map((row) => row.uid);
  await tx.delete(table).where(and(eq(table.chartId, chartId), isOneOf(table, uids)));
}

/** Writes the log, moves the chart's rev on, and wakes whoever listens for the chart. */
async function logRevisions<Fields extends object, Row extends Stored>(
  tx: Tx,
  { name }: Entity<Fields>,
  { chartId, actorId, rev }: Stamp,
  { create, update, remove }: Plan<Fields, Row>,
  rows: ReadonlyMap<string, Row>,
) {
  const lines = [
    ...create.map(({ uid }) => ({ uid, op: 'create', after: rows.get(uid) })),
    ...update.map(({ before }) => ({
      uid: before.uid,
      op: 'update',
      before,
      after: rows.get(before.uid),
    })),
    ...remove.map((before) => ({ uid: before.uid, op: 'delete', before })),
  ];
  const log = tx.execute(
    sql`with bumped as (update ${charts} set rev = ${rev} where id = ${chartId})
      insert into revisions (chart_id, rev, uid, entity, op, before, after, actor)
      select ${chartId}, ${rev}, r.uid, ${name}, r.op, r.before, r.after, ${actorId}
      from jsonb_to_recordset(${JSON.stringify(lines)}::jsonb)
        as r(uid uuid, op text, before jsonb, after jsonb)`,
  );
  await Promise.all([log, tx.execute(sql`select pg_notify('chart', ${String(chartId)})`)]);
}

function refuseConflicts(entity: Entity<never>, conflicts: Conflict<unknown>[]) {
  if (conflicts.length === 0) return;
  const what =
    conflicts.length === 1 ? `A ${entity.name} was` : `${conflicts.length} ${entity.name}s were`;
  throw new AppError(
    'CONFLICT',
    `${what} changed or deleted meanwhile; nothing was saved.`,
    conflicts,
  );
}

function answer<Fields, Row>(
  rev: number,
  diff: Diff<Fields>,
  rows: ReadonlyMap<string, Row>,
): ApplyResult<Row> {
  return {
    rev,
    rows: [...diff.created, ...diff.updated].flatMap(({ uid }) => rows.get(uid) ?? []),
    deleted: diff.deleted.map(({ uid }) => uid),
  };
}
