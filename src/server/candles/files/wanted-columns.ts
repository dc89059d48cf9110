import type { ColumnRole } from '@/contract/uploads';
import { AppError } from '../../errors';
import type { Column } from './columns';

/** What columns are taken for, each by its name in the header or by its number, from 1. */
export type ColumnMap = ReadonlyMap<ColumnRole, string>;

const plain = (name: string) => name.trim().toLowerCase();
export const isColumnNumber = (name: string) => /^\d+$/.test(name);

/** How many of the columns that are asked for by name are there. */
export const countNamed = (wanted: ColumnMap, labels: string[]) =>
  [...wanted.values()].filter((name) => labels.some((label) => plain(label) === plain(name)))
    .length;

/** The columns that a person named. Throws a BAD_REQUEST that lists those there are. */
export function wantedColumns(
  wanted: ColumnMap,
  columns: Column[],
  fileName: string,
): Map<ColumnRole, Column> {
  return new Map(
    [...wanted].map(([role, name]) => [role, findColumn(name, columns, fileName)] as const),
  );
}

export function findColumn(name: string, columns: Column[], fileName: string): Column {
  const named = columns.find(({ label }) => plain(label) === plain(name));
  const found = named ?? (isColumnNumber(name) ? columns[Number(name) - 1] : undefined);
  if (found) return found;
  const listed = columns
    .map(({ label, index }) => (label ? `${index + 1} ${label}` : String(index + 1)))
    .join(', ');
  throw new AppError(
    'BAD_REQUEST',
    `${fileName} has no column “${name}”. Its columns are: ${listed}.`,
  );
}
