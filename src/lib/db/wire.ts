import { type Column, getTableColumns, type SQL, sql, type Table } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { toPgTimestamp, toStoredTime } from '../time';

/*
 * Rows as the browser knows them, by the schema's keys and with times as Unix seconds, made and
 * read by PostgreSQL itself: lists that need no mapping, and any number of rows in one parameter.
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

/** The columns of a row, for what is selected by `execute`. */
export const wireColumns = (table: Table, keys: readonly string[]): SQL =>
  list(keys.map((key) => sql`${wireValue(columnOf(table, key))} as ${sql.identifier(key)}`));

/** A row of the table, as jsonb. */
export const wireRow = (table: Table, keys: readonly string[]): SQL =>
  sql`jsonb_build_object(${list(
    keys.map((key) => sql`${literal(key)}, ${wireValue(columnOf(table, key))}`),
  )})`;

/** As a number where the driver would give text. */
function wireValue(column: Column): SQL {
  if (isTime(column)) return sql`date_part('epoch', ${column})`;
  return column.getSQLType() === 'bigint' ? sql`${column}::double precision` : sql`${column}`;
}

const dialect = new PgDialect();

/** The same SQL in one piece: Drizzle puts the parts of a statement together anew each time it is sent. */
export function asText(part: SQL): SQL {
  const { sql: text, params } = dialect.sqlToQuery(part);
  if (params.length > 0) throw new Error(`this SQL has parameters: ${text}`);
  // biome-ignore lint/plugin: Drizzle has made it, of the schema's names alone.
  return sql.raw(text);
}

/** What `jsonb_to_recordset` makes of `records`: `op`, `uid` and the columns. */
export const recordColumns = (table: Table, keys: readonly string[]): SQL =>
  sql`op text, uid uuid, ${list(
    keys.map((key) => {
      const column = columnOf(table, key);
      return sql`${sql.identifier(column.name)} ${typeOf(column)}`;
    }),
  )}`;

/** Lines as JSON, by the names of the columns; what a line lacks will be null. */
export function records(table: Table, keys: readonly string[], lines: object[]): string {
  const named = lines.map((line) => {
    const entries = Object.entries(mapTimes(table, line, toPgTimestamp));
    return Object.fromEntries(
      entries.map(([key, value]) => [keys.includes(key) ? columnOf(table, key).name : key, value]),
    );
  });
  return JSON.stringify(named);
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

export function columnOf(table: Table, key: string): Column {
  const columns: Record<string, Column> = getTableColumns(table);
  const column = columns[key];
  if (!column) throw new Error(`the table has no column ${key}`);
  return column;
}

const isTime = (column: Column) => column.getSQLType() === 'timestamp with time zone';
// biome-ignore lint/plugin: a key comes from the schema alone.
const literal = (key: string) => sql.raw(`'${key}'`);
// biome-ignore lint/plugin: a type's name comes from the schema alone.
const typeOf = (column: Column) => sql.raw(column.getSQLType());
const list = (parts: SQL[]) => sql.join(parts, sql`, `);
