import { copyIn } from '@/server/candles/import/copy';
import { type Reject, rowAsJson } from '../decisions/rows';
import type { TableName } from '../source/shape';
import type { Target } from '../target/connection';
import { encodeRows, int8Field, jsonField, textField } from './encode';

/** Keeps rows that cannot be moved, in the transaction of those that can. */
export async function storeRejects(
  target: Target,
  hash: string,
  table: TableName,
  rejects: Reject[],
): Promise<void> {
  if (rejects.length === 0) return;
  const rows = rejects.map(({ rowid, reason, raw, row }) => [
    textField(hash),
    textField(table),
    int8Field(rowid),
    textField(reason),
    jsonField(rowAsJson(row)),
    raw && { bytes: raw },
  ]);
  const columns = 'source_hash, source_table, source_rowid, reason, row, raw';
  await copyIn(target.client, `migration_rejects (${columns})`, encodeRows(rows));
}
