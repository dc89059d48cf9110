import { type Cell, cellOf, type Rowid, type SourceRow } from '../source/cell';
import { type Context, decide, type Rule } from './outcome';
import { DECISIONS, type Values } from './table';

export type DecidedTable = keyof typeof DECISIONS;
export type Reject = { rowid: Rowid; reason: string; raw: Uint8Array | null; row: SourceRow };
/** Something that the new row does not hold any more. */
export type Lost = { column: string; cell: Cell };

export type Decided<T extends DecidedTable> =
  | { values: Values<T>; notes: string[]; lost: Lost[] }
  | { reject: Reject };

const RULES = Object.fromEntries(
  Object.entries(DECISIONS).map(([table, rules]) => [table, Object.entries(rules)]),
) as Record<DecidedTable, [string, Rule<unknown>][]>;

/** Decides a row cell by cell; the first cell that is refused refuses the row. */
export function decideRow<T extends DecidedTable>(
  table: T,
  row: SourceRow,
  context: Context,
): Decided<T> {
  const values: Record<string, unknown> = {};
  const notes: string[] = [];
  const lost: Lost[] = [];
  for (const [column, rule] of RULES[table]) {
    const cell = cellOf(row, column);
    const outcome = decide(rule, cell, context, column);
    if ('refuse' in outcome) {
      return { reject: rejectRow(row, `${column}: ${outcome.refuse}`, outcome.raw) };
    }
    values[column] = outcome.value;
    if (outcome.note) notes.push(`${column}: ${outcome.note}`);
    if (outcome.lost) lost.push({ column, cell });
  }
  return { values: values as Values<T>, notes, lost };
}

export const rejectRow = (row: SourceRow, reason: string, raw?: Uint8Array): Reject => ({
  rowid: row.rowid,
  reason,
  raw: raw ?? null,
  row,
});

/** A row as JSON text, every cell as it was; what no text can hold stands as `{"hex": …}`. */
export function rowAsJson(row: SourceRow): string {
  const fields = Object.entries(row.cells).map(([name, cell]) => {
    return `${JSON.stringify(name)}:${cellAsJson(cell)}`;
  });
  return `{${fields.join(',')}}`;
}

export function cellAsJson(cell: Cell): string {
  if (cell.kind === 'absent' || cell.kind === 'null') return 'null';
  if ('bytes' in cell) return JSON.stringify({ hex: Buffer.from(cell.bytes).toString('hex') });
  if (cell.kind === 'real' && !Number.isFinite(cell.value)) return JSON.stringify(`${cell.value}`);
  return typeof cell.value === 'bigint' ? `${cell.value}` : JSON.stringify(cell.value);
}
