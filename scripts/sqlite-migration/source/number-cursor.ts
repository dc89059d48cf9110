/** Goes through rows of numbers, one at a time. */
export type NumberCursor = {
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
