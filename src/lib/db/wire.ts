import { type Column, getTableColumns, type SQL, sql, type Table } from 'drizzle-orm';
import { toPgTimestamp, toStoredTime } from '../time';

/*
 * Rows as the browser knows them, by the schema's keys and with times as Unix seconds, made and
 * read by PostgreSQL itself: any number of them in one parameter of one statement.
 */

/** `column = any(values)`, for uuids and integers. */
export const anyOf = (column: Column, values: readonly (string | number)[]): SQL =>
  sql`${column} = any(${`{${values.join(',')}}`}::${typeOf(column)}[])`;

/** The names of the columns, of the table or of what `alias` names. */
export const columnNames = (table: Table, keys: readonly string[], alias?: string): SQL =>
  list(
    keys.map((key) => {
      const name = sql.identifier(columnOf(table, key).name);
      return alias ? sql`${sql.identifier(alias)}.${name}` : sql`${name}`;
    }),
  );

/** A row of the table, as jsonb. */
export function wireRow(table: Table, keys: readonly string[]): SQL {
  const columns = keys.map((key) => {
    const column = columnOf(table, key);
    const value = isTime(column) ? sql`extract(epoch from ${column})::double precision` : column;
    return sql`${value} as ${sql.identifier(key)}`;
  });
  return sql`(select to_jsonb(wire) from (select ${list(columns)}) as wire)`;
}

/** Lines as rows of `op`, `uid` and the columns; what a line lacks is null. */
export function recordset(table: Table, keys: readonly string[], lines: object[]): SQL {
  const records = lines.map((line) => {
    const entries = Object.entries(mapTimes(table, line, toPgTimestamp));
    return Object.fromEntries(
      entries.map(([key, value]) => [keys.includes(key) ? columnOf(table, key).name : key, value]),
    );
  });
  const columns = keys.map((key) => {
    const column = columnOf(table, key);
    return sql`${sql.identifier(column.name)} ${typeOf(column)}`;
  });
  return sql`jsonb_to_recordset(${JSON.stringify(records)}::jsonb)
    as record(op text, uid uuid, ${list(columns)})`;
}

/** The values of `keys` as they come back once stored, for a comparison with a row's. */
export function asStored(table: Table, keys: readonly string[], row: object): unknown {
  const picked = Object.entries(row).filter(([key]) => keys.includes(key));
  const stored = mapTimes(table, Object.fromEntries(picked), toStoredTime);
  return JSON.parse(JSON.stringify(stored));
}

function mapTimes(
  table: Table,
  line: object,
  map: (seconds: number) => unknown,
): Record<string, unknown> {
  const columns: Record<string, Column> = getTableColumns(table);
  const entries = Object.entries(line).map(([key, value]) => {
    const column = columns[key];
    return [key, column && isTime(column) && typeof value === 'number' ? map(value) : value];
  });
  return Object.fromEntries(entries);
}

function columnOf(table: Table, key: string): Column {
  const columns: Record<string, Column> = getTableColumns(table);
  const column = columns[key];
  if (!column) throw new Error(`the table has no column ${key}`);
  return column;
}

const isTime = (column: Column) => column.getSQLType() === 'timestamp with time zone';
// biome-ignore lint/plugin: a type's name comes from the schema alone.
const typeOf = (column: Column) => sql.raw(column.getSQLType());
const list = (parts: SQL[]) => sql.join(parts, sql`, `);
