import type { ColumnRole, Mapping } from '@/contract/uploads';
import { AppError } from '../../errors';

export const PRICES = ['open', 'high', 'low', 'close'] as const;

/** Throws a BAD_REQUEST for a mapping that leaves out the time or a price, or has one twice. */
export function checkColumns({ columns, timeFormat }: Mapping) {
  const has = (role: ColumnRole) => columns.includes(role);
  const missing = PRICES.filter((role) => !has(role));
  if (missing.length > 0) {
    throw new AppError('BAD_REQUEST', `No column is chosen for ${missing.join(', ')}.`);
  }
  for (const role of new Set(columns)) {
    if (role !== 'ignore' && columns.indexOf(role) !== columns.lastIndexOf(role)) {
      throw new AppError('BAD_REQUEST', `More than one column is chosen for ${role}.`);
    }
  }
  if (has('time') === has('date')) {
    throw new AppError('BAD_REQUEST', 'Choose one column for the time, or one for the date.');
  }
  if (has('time-of-day') && !has('date')) {
    throw new AppError('BAD_REQUEST', 'A column for the time of day needs one for the date.');
  }
  if (has('time-of-day') && timeFormat.startsWith('unix')) {
    throw new AppError('BAD_REQUEST', 'A Unix time has no column for the time of day.');
  }
}
