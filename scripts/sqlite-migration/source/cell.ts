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

/** How many cells of a column hold each type. */
export type TypeCounts = Record<'integer' | 'real' | 'text' | 'blob' | 'null', number>;
