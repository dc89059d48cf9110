import { type ColumnName, readName } from './column-names';
import { isNothing, readNumber } from './numbers';

/** A column of the rows that are looked at. */
export type Column = {
  index: number;
  /** Its name in the header; empty where there is none. */
  label: string;
  name: ColumnName;
  cells: string[];
  /** NaN for what is no number, in either notation. */
  numbers: number[];
  /** Most filled cells are numbers. */
  isNumeric: boolean;
  /** All cells are the same. */
  isConstant: boolean;
  /** No cell says anything. */
  isEmpty: boolean;
};

export function columnsOf(labels: string[], rows: string[][], decimalComma: boolean): Column[] {
  return labels.map((label, index) => {
    const cells = rows.map((row) => row[index] ?? '');
    const filled = cells.filter((cell) => !isNothing(cell));
    const numbers = cells.map((cell) => looseNumber(cell.replace(/\s?%$/, ''), decimalComma));
    const count = numbers.filter((value) => !Number.isNaN(value)).length;
    return {
      index,
      label,
      name: readName(label),
      cells,
      numbers,
      isNumeric: count > filled.length / 2,
      isConstant: cells.length > 1 && cells.every((cell) => cell === cells[0]),
      isEmpty: filled.length === 0,
    };
  });
}

/** A number in the file's notation, or else in the other. */
export function looseNumber(cell: string, decimalComma = false): number {
  const value = readNumber(cell, decimalComma);
  return Number.isNaN(value) ? readNumber(cell, !decimalComma) : value;
}

/** The number of cells that most rows have. */
export function commonWidth(rows: string[][]): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 0;
}

/** How a column is called on the command line: by its name, or by its number from 1. */
export const called = ({ label, index }: Pick<Column, 'label' | 'index'>) =>
  label.trim() === '' ? String(index + 1) : label.trim();
