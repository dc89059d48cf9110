import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { Db, Tx } from '@/lib/db';
import { type annotationTypes, charts, type spanLabelTypes } from '@/lib/db/schema';
import { wireRow } from '@/lib/db/wire';
import { AppError, violatedUnique } from '../errors';
import type { Scope } from '../scope';
import type { EntityRows } from './entity';
import { deleteRefusal, isReordering } from './label-rules';
import { notifyCharts } from './lock';
import { type Renamed, relabel, takeRevs } from './relabel';

export type Type = { id: number; name: string; displayName: string; isActive: boolean };

type Patch<Row> = { [Key in keyof Row]?: Row[Key] | undefined };

/** The names that one kind of rows chooses from. */
export type LabelSet<Row extends Type> = {
  what: 'span label' | 'annotation type';
  types: typeof spanLabelTypes | typeof annotationTypes;
  keys: readonly (keyof Row & string)[];
  entity: EntityRows;
  /** Why a type cannot have this name, or null. */
  refuseName?: (name: string) => string | null;
  /** Why a type cannot be offered (again), or null. */
  refuseActive?: (type: Row) => string | null;
  /** Throws where something else rests on a type that no row has. */
  beforeDelete?: (tx: Tx, type: Row) => Promise<void>;
  /** Makes what the fields of a type refer to, and drops what no type refers to any more. */
  references?: { make: (tx: Tx, fields: object) => Promise<void>; tidy: (tx: Tx) => Promise<void> };
  /** What else says a type's name, renamed in the same transaction. */
  afterRename?: (tx: Tx, names: Renamed) => Promise<void>;
};

/* The sets are the installation's, not a chart's: who may manage them renames on every chart. */

/** A new type, last in the order. */
export async function createType<Row extends Type>(
  db: Db,
  set: LabelSet<Row>,
  fields: Patch<Row> & { name: string },
): Promise<Row> {
  refuseName(set, fields.name);
  const { types } = set;
  const entries = assignments(set, fields);
  const names = sql.join(
    entries.map(({ column }) => column),
    sql`, `,
  );
  const values = sql.join(
    entries.map(({ value }) => sql`${value}`),
    sql`, `,
  );
  const [made] = await translateUniqueViolation(set, () =>
    db.transaction(async (tx) => {
      await set.references?.make(tx, fields);
      return tx.execute<{ row: Row }>(sql`
        with made as (
          insert into ${types} (${names}, sort_order)
          select ${values}, coalesce(max(sort_order), 0) + 1 from ${types} returning *
        )
        select ${rowIn(set)} as row from made as ${types}`);
    }),
  );
  if (!made) throw new Error('the type was not stored');
  return made.row;
}

/** Changes what is given; another `name` goes to every row that has the old one, in the same transaction. */
export function updateType<Row extends Type>(
  db: Db,
  set: LabelSet<Row>,
  { actor }: Scope,
  { id, ...fields }: Patch<Row> & { id: number },
): Promise<Row> {
  const name = fields.name;
  if (name !== undefined) refuseName(set, name);
  const changes = assignments(set, fields).map(({ column, value }) => sql`${column} = ${value}`);
  return translateUniqueViolation(set, () =>
    db.transaction(async (tx) => {
      if (name !== undefined) await lockCharts(tx, set, id, name);
      const before = await lockType(tx, set, id);
      const refusal = fields.isActive ? set.refuseActive?.(before) : null;
      if (refusal) throw new AppError('CONFLICT', refusal);
      if (changes.length === 0) return before;
      await set.references?.make(tx, fields);
      const [after] = await tx.execute<{ row: Row }>(sql`
        with changed as (
          update ${set.types} set ${sql.join(changes, sql`, `)} where id = ${id} returning *
        )
        select ${rowIn(set)} as row from changed as ${set.types}`);
      if (!after) throw noSuchType(set, id);
      await set.references?.tidy(tx);
      if (after.row.name !== before.name) {
        await cascadeRename(tx, set, { from: before.name, to: after.row.name, actorId: actor.id });
      }
      return after.row;
    }),
  );
}

/** Whoever writes rows holds their chart before their type; a rename must not do it the other way round. */
async function lockCharts<Row extends Type>(tx: Tx, set: LabelSet<Row>, id: number, name: string) {
  const { table, label } = set.entity;
  await holdCharts(
    tx,
    sql`select ${table.chartId} from ${table}
      join ${set.types} on ${label} = ${set.types.name}
      where ${set.types.id} = ${id} and ${set.types.name} <> ${name}`,
  );
}

export const holdCharts = (tx: Tx, chartIds: SQL) =>
  tx.execute(sql`select from ${charts} where id in (${chartIds}) order by id for no key update`);

/** Renames in the rows, each under the next rev of its chart, and in what models say about them. */
async function cascadeRename<Row extends Type>(
  tx: Tx,
  { entity, afterRename }: LabelSet<Row>,
  names: Renamed,
) {
  const { table, label } = entity;
  const revs = await takeRevs(
    tx,
    sql`select ${table.chartId} from ${table} where ${label} = ${names.from}`,
  );
  await relabel(tx, entity, names, revs);
  await notifyCharts(tx, Object.keys(revs).map(Number));
  await afterRename?.(tx, names);
}

/** Puts every type in the place that its id has in `ids`. */
export function reorderTypes<Row extends Type>(
  db: Db,
  set: LabelSet<Row>,
  ids: number[],
): Promise<Row[]> {
  const { types } = set;
  return db.transaction(async (tx) => {
    const existing = await tx.execute<{ id: number }>(sql`select id from ${types} for update`);
    if (
      !isReordering(
        ids,
        existing.map(({ id }) => id),
      )
    ) {
      throw new AppError(
        'CONFLICT',
        `These are not the ${set.what}s that there are, each once; the order stays. Read them again.`,
      );
    }
    const rows = await tx.execute<{ row: Row }>(sql`
      with placed as (
        update ${types} set sort_order = place
        from unnest(${`{${ids.join(',')}}`}::integer[]) with ordinality as wanted (wanted, place)
        where id = wanted returning ${types}.*
      )
      select ${rowIn(set)} as row from placed as ${types}`);
    const byId = new Map(rows.map(({ row }) => [row.id, row]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  });
}

/** Deletes a type that no row has. */
export function deleteType<Row extends Type>(
  db: Db,
  set: LabelSet<Row>,
  id: number,
): Promise<{ id: number }> {
  const { table, label, name } = set.entity;
  return db.transaction(async (tx) => {
    // Whoever writes a row with it holds the type until the row is there to be counted.
    const type = await lockType(tx, set, id);
    const [use] = await tx.execute<{ rows: number; charts: number }>(sql`
      select count(*)::int as rows, count(distinct ${table.chartId})::int as charts
      from ${table} where ${label} = ${type.name}`);
    const refusal = use && deleteRefusal(type, { what: name, ...use });
    if (refusal) throw new AppError('CONFLICT', refusal);
    await set.beforeDelete?.(tx, type);
    await tx.execute(sql`delete from ${set.types} where id = ${id}`);
    await set.references?.tidy(tx);
    return { id };
  });
}

export async function lockType<Row extends Type>(
  tx: Tx,
  set: LabelSet<Row>,
  id: number,
): Promise<Row> {
  const [found] = await tx.execute<{ row: Row }>(
    sql`select ${rowIn(set)} as row from ${set.types} where id = ${id} for update`,
  );
  if (!found) throw noSuchType(set, id);
  return found.row;
}

export const rowIn = <Row extends Type>({ types, keys }: LabelSet<Row>): SQL =>
  wireRow(types, keys);

function assignments<Row extends Type>({ types }: LabelSet<Row>, fields: object) {
  const columns: Record<string, { name: string }> = getTableColumns(types);
  return Object.entries(fields).flatMap(([key, value]) => {
    const column = columns[key];
    return column && value !== undefined ? [{ column: sql.identifier(column.name), value }] : [];
  });
}

function refuseName<Row extends Type>({ refuseName: refusalOf }: LabelSet<Row>, name: string) {
  const refusal = refusalOf?.(name);
  if (refusal) throw new AppError('BAD_REQUEST', refusal);
}

const noSuchType = (set: LabelSet<never>, id: number) =>
  new AppError('NOT_FOUND', `There is no ${set.what} ${id}.`);

/** Says what is taken already, instead of the database's words for it. */
async function translateUniqueViolation<T>(
  set: LabelSet<never>,
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const constraint = violatedUnique(error);
    if (constraint === undefined) throw error;
    throw new AppError(
      'CONFLICT',
      constraint.endsWith('hotkey')
        ? 'Another label has this key already; nothing was changed.'
        : `There is already a ${set.what} of this name; nothing was changed.`,
    );
  }
}
