import { readNumber } from './numbers';

/** Whichever notation reads more of the cells; where "1,234" is all there is, semicolons decide. */
export function hasDecimalComma(cells: string[], delimiter: string): boolean {
  const readable = (comma: boolean) =>
    cells.filter((cell) => !Number.isNaN(readNumber(cell, comma))).length;
  const [comma, point] = [readable(true), readable(false)];
  if (comma !== point) return comma > point;
  return delimiter === ';' && cells.some((cell) => cell.includes(','));
}
