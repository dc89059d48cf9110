import sqlite, { type Database, type SQLiteValue, type Statement } from 'node-sqlite3-wasm';
import { Failure } from '../../cli/failure';
import type { Rowid } from './cell';

/** A SQLite file that nobody else uses. Only this file knows which library reads it. */
export type SqliteFile = {
  /** The rows of a query, by column name. Text ends at its first NUL: cells.ts reads it whole. */
  rows(sql: string): Iterable<Record<string, SQLiteValue>>;
  /** A table's rows after `after`, by row id: column 0 is it, then come these. */
  cursor(table: string, columns: string[], after: Rowid | null): RowCursor;
  run(sql: string): void;
  /** A statement without result, run many times. */
  prepare(sql: string): { run(values: (number | bigint)[]): void; close(): void };
  close(): void;
};

/** Goes through rows of numbers, one at a time, and makes nothing of them that has to be freed. */
export type RowCursor = {
  step(): boolean;
  /** What the cell holds: INTEGER, REAL, TEXT, BLOB or NULL. */
  type(column: number): number;
  /** The cell as a double; whole numbers beyond 2^53 lose digits. */
  number(column: number): number;
  integer(column: number): bigint;
  close(): void;
};

/** What SQLite calls the types of cells. */
export const INTEGER = 1;
export const REAL = 2;
export const TEXT = 3;
export const BLOB = 4;
export const NULL = 5;

const ROW = 100;
const DONE = 101;
const CORRUPT = 11;

/** SQLite's own functions, which the library exports beside its classes without a type. */
const native = sqlite as unknown as {
  _sqlite3_step(statement: number): number;
  _sqlite3_column_type(statement: number, column: number): number;
  _sqlite3_column_double(statement: number, column: number): number;
  _sqlite3_column_int64(statement: number, column: number): bigint;
};

/** Opens a private copy; rows that its -wal holds are there. */
export function openSqlite(path: string): SqliteFile {
  const database = new sqlite.Database(path);
  try {
    // First of all: a file in WAL mode cannot be opened by this library otherwise.
    database.exec('pragma locking_mode = exclusive');
    // What the -wal holds goes into the copy, which is then an ordinary file.
    database.all('pragma journal_mode = delete');
  } catch (error) {
    database.close();
    throw unreadable(error);
  }
  return {
    rows: (sql) => iterate(database, sql),
    cursor: (table, columns, after) => openCursor(database, table, columns, after),
    run: (sql) => database.exec(sql),
    prepare(sql) {
      const statement = database.prepare(sql);
      return { run: (values) => void statement.run(values), close: () => statement.finalize() };
    },
    close: () => database.close(),
  };
}

function* iterate(database: Database, sql: string): Iterable<Record<string, SQLiteValue>> {
  const statement = database.prepare(sql);
  try {
    yield* statement.iterate() as Iterable<Record<string, SQLiteValue>>;
  } catch (error) {
    throw unreadable(error);
  } finally {
    finalize(statement);
  }
}

/** A statement that failed says so once more. */
function finalize(statement: Statement) {
  try {
    statement.finalize();
  } catch (error) {
    throw unreadable(error);
  }
}

function openCursor(
  database: Database,
  table: string,
  columns: string[],
  after: Rowid | null,
): RowCursor {
  const where = after === null ? '' : `where _rowid_ > ${after}`;
  const statement = database.prepare(
    `select ${['_rowid_', ...columns.map(quoted)].join(', ')} from ${quoted(table)} ${where} order by _rowid_`,
  );
  const pointer = (statement as Statement & { _ptr: number })._ptr;
  return {
    step() {
      const result = native._sqlite3_step(pointer);
      if (result === ROW) return true;
      if (result === DONE) return false;
      throw unreadable(new Error(result === CORRUPT ? 'malformed' : `error ${result}`));
    },
    type: (column) => native._sqlite3_column_type(pointer, column),
    number: (column) => native._sqlite3_column_double(pointer, column),
    integer: (column) => native._sqlite3_column_int64(pointer, column),
    close: () => finalize(statement),
  };
}

function unreadable(error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error);
  if (!/malformed|not a database|disk I\/O|error \d/.test(message)) return error as Error;
  return damaged(message);
}

export const damaged = (how: string) =>
  new Failure(
    `The SQLite file is damaged (${how}). Save what can be read with “sqlite3 candles.db .dump | sed 's/^ROLLBACK.*/COMMIT;/' | sqlite3 saved.db” and move that.`,
  );

/** A name as it stands in SQL. */
export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
