import type { Cell, Kind } from '../source/cell';
import type { TimeUnit } from '../source/profile';

/**
 * What becomes of a cell. `note` is counted in the report; `lost` says that the new column cannot
 * hold what the cell held, so the original is written down beside.
 */
export type Outcome<T> =
  | { value: T; note?: string; lossy?: boolean }
  | { reject: string; raw?: Uint8Array };

/** What decisions may ask about besides the cell itself. */
export type Context = {
  /** By column: every time column of the table is in one unit throughout. */
  units: Record<string, TimeUnit>;
  /** The new id of a chart of the file. */
  charts: ReadonlyMap<number, number>;
  /** The chart of rows that name none. */
  importedData: number | null;
  /** When the migration began: what stands where nobody wrote when a row was made. */
  startedAt: number;
};

export type Of<K extends Kind> = Extract<Cell, { kind: K }>;
export type Action<T, C extends Cell = Cell> = (
  cell: C,
  context: Context,
  column: string,
) => Outcome<T>;

/** For one column, what to do with each type of value that SQLite may hold in it. */
export type Rule<T> = { [K in Kind]: Action<T, Of<K>> };

export function convert<T>(
  rule: Rule<T>,
  cell: Cell,
  context: Context,
  column: string,
): Outcome<T> {
  // The table has an action for each kind of cell, which TypeScript cannot follow through a lookup.
  return (rule[cell.kind] as Action<T>)(cell, context, column);
}

export const keep =
  <T>(value: T, note?: string): Action<T> =>
  () =>
    note ? { value, note } : { value };
export const dropValue =
  <T>(value: T, note: string): Action<T> =>
  () => ({ value, note, lossy: true });
export const reject = (why: string): Action<never> => {
  return (cell) => ('bytes' in cell ? { reject: why, raw: cell.bytes } : { reject: why });
};
