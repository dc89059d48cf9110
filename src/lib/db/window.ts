import { and, gte, lte, type SQL, sql } from 'drizzle-orm';
import type { UtcSeconds } from '@/contract/units';
import type { predictions, spanAnnotations } from './schema';

/**
 * The rows that `among` picks, of one chart, and that touch the window. None of them starts earlier
 * before it than the longest lasts, which an index tells: without that bound PostgreSQL takes a
 * window in the middle of many for a quarter of them, and reads the whole table.
 */
export function overlapping(
  table: typeof spanAnnotations | typeof predictions,
  among: SQL,
  { from, to }: { from: UtcSeconds; to: UtcSeconds },
): SQL {
  const { startTime, endTime } = table;
  const longest = sql`max(${endTime} - ${startTime})`;
  // PostgreSQL's own calendar begins in 4714 BC.
  const earliest = sql`case when ${longest} > interval '4000 years' then '-infinity'
    else ${sql.param(from, startTime)}::timestamptz - ${longest} end`;
  return sql`${and(
    among,
    lte(startTime, to),
    gte(endTime, from),
    sql`${startTime} >= (select ${earliest} from ${table} where ${among})`,
  )}`;
}
