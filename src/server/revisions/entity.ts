import { type Column, getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { Tx } from '@/lib/db';
import type { annotations, spanAnnotations } from '@/lib/db/schema';
import { toPgTimestamp, toStoredTime } from '@/lib/time';

/** A table whose rows belong to a chart and are written by diffs. */
export type Entity<Fields> = {
  name: 'annotation' | 'span';
  table: typeof annotations | typeof spanAnnotations;
  fields: readonly (keyof Fields & string)[];
  /** Throws where the labels that exist do not allow what is about to be written. */
  check: (tx: Tx, changes: { before: Fields | null; fields: Fields }[]) => Promise<void>;
};
type AnyEntity = Entity<never>;

const KEYS = ['id', 'uid', 'chartId', 'rev', 'createdAt', 'updatedAt'];
const TIME = 'timestamp with time zone';

export const list = (parts: SQL[]) => sql.join(parts, sql`, `);
export const sqlName = (entity: AnyEntity, field: string) =>
  sql`${sql.identifier(column(entity, field).name)}`;

export const isOneOf = (table: AnyEntity['table'], uids: string[]) =>
  sql`${table.uid} = any(${`{${uids.join(',')}}`}::uuid[])`;

/** The columns of the wire form, under their names there. */
export const wireColumns = (entity: AnyEntity) =>
  list(
    [...KEYS, ...entity.fields].map((key) => sql`${column(entity, key)} as ${sql.identifier(key)}`),
  );

/** A row of `wireColumns` in its wire form. */
export function fromDriver<Row>(entity: AnyEntity, row: Record<string, unknown>): Row {
  const entries = Object.entries(row).map(([key, value]) => [
    key,
    value === null ? null : column(entity, key).mapFromDriverValue(value),
  ]);
  return Object.fromEntries(entries) as Row;
}

/** Any number of lines as one parameter, read in SQL as the table `r` with a column per field. */
export function recordset<Fields extends object>(
  entity: Entity<Fields>,
  lines: (Fields & { uid: string })[],
): SQL {
  const records = lines.map((line) => {
    const fields = entity.fields.map((field) => {
      const value = line[field];
      return [field, isTime(entity, field) ? toPgTimestamp(value as number) : value];
    });
    return { uid: line.uid, ...Object.fromEntries(fields) };
  });
  const types = entity.fields.map(
    (field) => sql`${sql.identifier(field)} ${sql.raw(column(entity, field).getSQLType())}`,
  );
  return sql`jsonb_to_recordset(${JSON.stringify(records)}::jsonb) as r(uid uuid, ${list(types)})`;
}

/** The fields as they would come back from the database, to be compared with a row's. */
export function asStored<Fields extends object>(entity: Entity<Fields>, fields: Fields): unknown {
  const entries = entity.fields.map((field) => {
    const value = fields[field];
    return [field, isTime(entity, field) ? toStoredTime(value as number) : value];
  });
  return JSON.parse(JSON.stringify(Object.fromEntries(entries)));
}

function column(entity: AnyEntity, key: string): Column {
  const columns: Record<string, Column> = getTableColumns(entity.table);
  const found = columns[key];
  if (!found) throw new Error(`${entity.name} has no column ${key}`);
  return found;
}

const isTime = (entity: AnyEntity, field: string) => column(entity, field).getSQLType() === TIME;
