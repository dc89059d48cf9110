import type { ClientBase } from 'pg';
import type { UtcSeconds } from '@/contract/units';
import { KEPT_ISSUES } from '@/contract/uploads';
import { duplicateOf, type ImportIssues, repeated } from '../files/issues';

/**
 * Lists the staged lines of a key that an earlier line has: the same candle again is a warning,
 * another one an error.
 */
export async function listDuplicates(client: ClientBase, issues: ImportIssues, key: string) {
  const { rows } = await client.query<{
    time: UtcSeconds;
    line: number;
    first: number;
    same: boolean;
  }>(
    `select extract(epoch from time)::float8 as time, line::float8, first::float8, same
     from (${duplicates(key)}) as numbered where line <> first order by same, line limit $1`,
    [2 * KEPT_ISSUES],
  );
  for (const { time, line, first, same } of rows) {
    if (same) repeated(issues, line, first);
    else issues.error(line, duplicateOf(issues, time, first));
  }
  if (rows.length < 2 * KEPT_ISSUES) return;
  const { rows: counts } = await client.query<{ lines: number; same: number }>(
    `select count(*)::float8 as lines, count(*) filter (where same)::float8 as same
     from (${duplicates(key)}) as numbered where line <> first`,
  );
  const listed = rows.filter(({ same }) => same).length;
  const { lines, same } = counts[0]!;
  issues.leaveOut('duplicate', same - listed);
  issues.warnings += same - listed;
  issues.errors += lines - same - (rows.length - listed);
}

const duplicates = (key: string) => `
  select time, line, first_value(line) over same_time as first,
    (open, high, low, close) = (first_value(open) over same_time, first_value(high) over same_time,
      first_value(low) over same_time, first_value(close) over same_time)
    and volume is not distinct from first_value(volume) over same_time as same
  from import_staging window same_time as (partition by ${key} order by line)`;
