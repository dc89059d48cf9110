import type { SQLiteValue } from 'node-sqlite3-wasm';
import type { Cell, Rowid, SourceRow, TypeCounts } from './cell';
import { quoted, type SqliteFile } from './sqlite';

/** A bit for each has to fit into a double. */
const MOST_COLUMNS = 52;
const NULL: Cell = { kind: 'null' };

type Column = {
  name: string;
  alias: string;
  sql: string;
  /** What a number, and what bytes of it are; null where each row has to tell. */
  number: 'integer' | 'real' | null;
  bytes: 'text' | 'blob' | null;
};

function asBytes(column: string, types: TypeCounts | undefined): string {
  if (types?.text === 0) return column;
  const bytes = `cast(${column} as blob)`;
  const isOnlyText = types && types.integer + types.real + types.blob === 0;
  return isOnlyText ? bytes : `iif(typeof(${column}) = 'text', ${bytes}, ${column})`;
}

/** Reads whole rows, every text checked byte by byte. */
export class RowSource {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  readonly columns: string[];
  #columns: Column[];

  constructor(
    readonly file: SqliteFile,
    readonly table: string,
    columns: string[],
  ) {
    this.columns = columns.slice(0, MOST_COLUMNS);
    this.#columns = this.#ask(() => undefined);
  }

  /** From here on no row is asked for what the types of all its column's cells tell. */
  know(types: (column: string) => TypeCounts | undefined) {
    this.#columns = this.#ask(types);
  }

  #ask(types: (column: string) => TypeCounts | undefined): Column[] {
    return this.columns.map((name, i) => {
      const known = types(name);
      return {
        name,
        alias: `v${i}`,
        number: !known ? null : known.real === 0 ? 'integer' : known.integer === 0 ? 'real' : null,
        bytes: !known ? null : known.blob === 0 ? 'text' : known.text === 0 ? 'blob' : null,
        sql: asBytes(quoted(name), known),
      };
    });
  }

  /** The rows after `after`, in the order of their row ids, once the table has been profiled. */
  *after(after: Rowid | null): Iterable<SourceRow> {
    const where = after === null ? '' : `where _rowid_ > ${after}`;
    for (const row of this.file.rows(this.#select(where))) yield this.#read(row);
  }

  at(rowid: Rowid): SourceRow {
    const [row] = this.file.rows(this.#select(`where _rowid_ = ${rowid}`));
    if (!row) throw new Error(`row ${rowid} of ${this.table} has gone`);
    return this.#read(row);
  }

  /**
   * Texts come as bytes, since the library cuts them at a NUL and mends bad ones. What is text and
   * not a blob, or real and not an integer, is told by a bit for each column that has both.
   */
  #select(where: string): string {
    const values = this.#columns.map(({ sql, alias }) => `${sql} as ${alias}`);
    const bits = this.#columns.flatMap(({ name, number, bytes }, i) =>
      number && bytes ? [] : [`((typeof(${quoted(name)}) in ('text', 'real')) << ${i})`],
    );
    return `select _rowid_ as r, ${bits.join(' | ') || 0} as bits, ${values.join(', ') || 0}
      from ${quoted(this.table)} ${where} order by _rowid_`;
  }

  #read(row: Record<string, SQLiteValue>): SourceRow {
    const cells: Record<string, Cell> = {};
    let bits = row.bits as number;
    for (const column of this.#columns) {
      const bit = bits % 2;
      bits = (bits - bit) / 2;
      cells[column.name] = this.#cell(row[column.alias] as SQLiteValue, column, bit === 1);
    }
    return { rowid: row.r as Rowid, cells };
  }

  #cell(value: SQLiteValue, column: Column, bit: boolean): Cell {
    if (value === null) return NULL;
    if (typeof value === 'number') {
      return { kind: column.number ?? (bit ? 'real' : 'integer'), value };
    }
    if (typeof value === 'bigint') return { kind: 'integer', value };
    const bytes = value as Uint8Array;
    const isBlob = (column.bytes ?? (bit ? 'text' : 'blob')) === 'blob';
    return isBlob ? { kind: 'blob', bytes } : this.#text(bytes);
  }

  #text(bytes: Uint8Array): Cell {
    try {
      const value = this.#decoder.decode(bytes);
      if (!value.includes('\0')) return { kind: 'text', value };
    } catch {
      // Not UTF-8.
    }
    return { kind: 'broken', bytes };
  }
}
