import { Rows } from '@/lib/db/copy/rows';
import { copyIn } from '@/lib/db/copy/stream';
import { type Reject, rowAsJson } from '../conversion/rows';
import type { TableName } from '../source/shape';
import type { Target } from '../target/connection';

const COLUMNS = 'source_hash, source_table, source_rowid, reason, row, raw';

/** Keeps rows that cannot be moved, in the transaction of those that can. */
export async function storeRejects(
  target: Target,
  hash: string,
  table: TableName,
  rejects: Reject[],
): Promise<void> {
  if (rejects.length === 0) return;
  const out = new Rows();
  for (const { rowid, reason, raw, row } of rejects) {
    out.row(6);
    out.text(hash);
    out.text(table);
    if (typeof rowid === 'bigint') out.bigint(rowid);
    else out.int8(rowid);
    out.text(reason);
    out.jsonb(rowAsJson(row));
    if (raw) out.bytes(raw);
    else out.null();
  }
  await copyIn(target.client, `migration_rejects (${COLUMNS})`, out.done());
}
