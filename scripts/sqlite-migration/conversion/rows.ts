import { type Cell, cellOf, type Rowid, type SourceRow } from '../source/cell';
import { type Context, convert, type Rule } from './outcome';
import { CONVERSION_RULES, type Values } from './rules';

export type ConvertedTable = keyof typeof CONVERSION_RULES;
export type Reject = { rowid: Rowid; reason: string; raw: Uint8Array | null; row: SourceRow };
/** Something that the new row does not hold any more. */
export type Lossy = { column: string; cell: Cell };

export type Converted<T extends ConvertedTable> =
  | { values: Values<T>; notes: string[]; lossy: Lossy[] }
  | { reject: Reject };

const RULES = Object.fromEntries(
  Object.entries(CONVERSION_RULES).map(([table, rules]) => [table, Object.entries(rules)]),
) as Record<ConvertedTable, [string, Rule<unknown>][]>;

/** Decides a row cell by cell; the first cell that is refused refuses the row. */
export function convertRow<T extends ConvertedTable>(
  table: T,
  row: SourceRow,
  context: Context,
): Converted<T> {
  const values: Record<string, unknown> = {};
  const notes: string[] = [];
  const lossy: Lossy[] = [];
  for (const [column, rule] of RULES[table]) {
    const cell = cellOf(row, column);
    const outcome = convert(rule, cell, context, column);
    if ('reject' in outcome) {
      return { reject: rejectRow(row, `${column}: ${outcome.reject}`, outcome.raw) };
    }
    values[column] = outcome.value;
    if (outcome.note) notes.push(`${column}: ${outcome.note}`);
    if (outcome.lossy) lossy.push({ column, cell });
  }
  return { values: values as Values<T>, notes, lossy };
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
