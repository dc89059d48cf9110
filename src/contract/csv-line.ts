/** null is an empty cell; an empty text is written in quotes. */
export type Cell = string | number | null;

/** What a spreadsheet takes for the beginning of a formula, behind quotes that are our own. */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;
const SPECIAL = /[",\r\n]|^$|^\s|\s$/;

/** A line of CSV, with its end. Texts that a spreadsheet would run get a `'` in front. */
export const csvLine = (cells: readonly Cell[]): string => `${cells.map(csvCell).join(',')}\n`;

/** A cell of such a line. */
export function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return Object.is(cell, -0) ? '-0' : String(cell);
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return SPECIAL.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
