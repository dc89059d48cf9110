import { Failure } from '../../cli/failure';
import type { Target } from './connection';

const EXISTING_DATA = [
  ...['charts', 'candles', 'annotations', 'span_annotations', 'revisions', 'training_runs'],
  'predictions',
];

/** Rows by table, of those that hold any. */
export type ExistingData = Record<string, number>;

/** What people have already put into the database. */
export async function findExistingData(target: Target): Promise<ExistingData> {
  const rows: ExistingData = {};
  for (const table of EXISTING_DATA) {
    const { there } = await target.one<{ there: boolean }>(
      'select to_regclass($1) is not null as there',
      [table],
    );
    if (!there) continue;
    const { n } = await target.one<{ n: number }>(`select count(*)::float8 as n from ${table}`);
    if (n > 0) rows[table] = n;
  }
  return rows;
}

export function refuseExistingData(rows: ExistingData): void {
  if (Object.keys(rows).length === 0) return;
  const what = Object.entries(rows).map(([table, n]) => `${n.toLocaleString('en')} ${table}`);
  throw new Failure(
    `This database already holds data that did not come from this file: ${what.join(', ')}. Old data is moved into an empty database only. Make one and set DATABASE_URL to it, or with the built-in PostgreSQL set DATA_DIR to a new folder.`,
  );
}
