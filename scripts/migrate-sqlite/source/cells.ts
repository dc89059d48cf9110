import type { SQLiteValue } from 'node-sqlite3-wasm';
import { quoted, type SqliteFile } from './sqlite';

/** What a SQLite cell holds; `broken` is text that PostgreSQL could not hold. */
export type Cell =
  | { kind: 'absent' }
  | { kind: 'null' }
  | { kind: 'integer'; value: number | bigint }
  | { kind: 'real'; value: number }
  | { kind: 'text'; value: string }
  | { kind: 'broken'; bytes: Uint8Array }
  | { kind: 'blob'; bytes: Uint8Array };
export type Kind = Cell['kind'];
export type Rowid = number | bigint;
export type SourceRow = { rowid: Rowid; cells: Record<string, Cell> };

const ABSENT: Cell = { kind: 'absent' };
export const cellOf = (row: SourceRow, column: string): Cell => row.cells[column] ?? ABSENT;

/** Reads whole rows, every text checked byte by byte. */
export class RowSource {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  constructor(
    readonly file: SqliteFile,
    readonly table: string,
    readonly columns: string[],
  ) {}

  /** The table's rows after `after`, in the order of their row ids. */
  *after(after: Rowid | null): Iterable<SourceRow> {
    const where = after === null ? '' : `where _rowid_ > ${after}`;
    for (const row of this.file.rows(this.#select(where))) yield this.#read(row);
  }

  at(rowid: Rowid): SourceRow {
    const [row] = this.file.rows(this.#select(`where _rowid_ = ${rowid}`));
    if (!row) throw new Error(`row ${rowid} of ${this.table} has gone`);
    return this.#read(row);
  }

  #select(where: string): string {
    const parts = this.columns.map((name, i) => {
      const column = quoted(name);
      return `typeof(${column}) as t${i}, case typeof(${column}) when 'text' then cast(${column} as blob) else ${column} end as v${i}`;
    });
    return `select _rowid_ as r, ${parts.join(', ')} from ${quoted(this.table)} ${where} order by _rowid_`;
  }

  #read(row: Record<string, SQLiteValue>): SourceRow {
    const cells: Record<string, Cell> = {};
    for (const [i, name] of this.columns.entries()) {
      cells[name] = this.#cell(row[`t${i}`] as string, row[`v${i}`] as SQLiteValue);
    }
    return { rowid: row.r as Rowid, cells };
  }

  #cell(type: string, value: SQLiteValue): Cell {
    if (type === 'integer') return { kind: 'integer', value: value as number | bigint };
    if (type === 'real') return { kind: 'real', value: Number(value) };
    if (type === 'blob') return { kind: 'blob', bytes: value as Uint8Array };
    if (type === 'null') return { kind: 'null' };
    const bytes = value as Uint8Array;
    try {
      const text = this.#decoder.decode(bytes);
      return text.includes('\0') ? { kind: 'broken', bytes } : { kind: 'text', value: text };
    } catch {
      return { kind: 'broken', bytes };
    }
  }
}
