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

/** The fields as SQL, with commas between. */
export function forFields(
  entity: AnyEntity,
  part: (name: { column: SQL; field: SQL }) => SQL,
): SQL {
  return sql.join(
    entity.fields.map((field) =>
      part({
        column: sql`${sql.identifier(column(entity, field).name)}`,
        field: sql`${sql.identifier(field)}`,
      }),
    ),
    sql`, `,
  );
}

/** A row in its wire form, as jsonb. */
export function wireRow(entity: AnyEntity): SQL {
  const pairs = [...KEYS, ...entity.fields].map((key) => {
    const value = column(entity, key);
    const wire = isTime(value) ? sql`extract(epoch from ${value})::double precision` : value;
    return sql`${sql.raw(`'${key}'`)}, ${wire}`;
  });
  return sql`jsonb_build_object(${sql.join(pairs, sql`, `)})`;
}

/** Any number of lines as one parameter, read in SQL as rows of `op`, `uid` and a column a field. */
export function recordset<Fields extends object>(
  entity: Entity<Fields>,
  lines: ({ op: string; uid: string } & Partial<Fields>)[],
): SQL {
  const records = lines.map((line) => {
    const record: Record<string, unknown> = { op: line.op, uid: line.uid };
    for (const field of entity.fields) {
      const value: unknown = line[field];
      const time = isTime(column(entity, field)) && typeof value === 'number';
      record[field] = time ? toPgTimestamp(value) : value;
    }
    return record;
  });
  const types = entity.fields.map(
    (field) => sql`${sql.identifier(field)} ${sql.raw(column(entity, field).getSQLType())}`,
  );
  return sql`jsonb_to_recordset(${JSON.stringify(records)}::jsonb)
    as r(op text, uid uuid, ${sql.join(types, sql`, `)})`;
}

/** The fields as they would come back from the database, to be compared with a row's. */
export function asStored<Fields extends object>(entity: Entity<Fields>, fields: Fields): unknown {
  const entries = entity.fields.map((field) => {
    const value: unknown = fields[field];
    const time = isTime(column(entity, field)) && typeof value === 'number';
    return [field, time ? toStoredTime(value) : value];
  });
  return JSON.parse(JSON.stringify(Object.fromEntries(entries)));
}

function column(entity: AnyEntity, key: string): Column {
  const columns: Record<string, Column> = getTableColumns(entity.table);
  const found = columns[key];
  if (!found) throw new Error(`${entity.name} has no column ${key}`);
  return found;
}

const isTime = (of: Column) => of.getSQLType() === 'timestamp with time zone';
