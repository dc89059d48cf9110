const SPECIAL = /[",\r\n]/;

/** A line of a table that is no text of its own: with commas between its cells, and its end. */
export const tableLine = (cells: readonly unknown[]): string =>
  `${cells.map(cellText).join(',')}\n`;

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  const text = typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
  // A row is one line here, whatever its texts hold.
  return SPECIAL.test(text) ? `"${text.replace(/[\r\n]+/g, ' ').replaceAll('"', '""')}"` : text;
}
