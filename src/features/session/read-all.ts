import { formatCount } from '@/components/format';
import { ALL_TIME, MAX_ROWS } from '@/contract/common';
import type { UtcSeconds } from '@/contract/units';

type Window = { from: UtcSeconds; to: UtcSeconds; limit: number };

/** All rows of a list that gives so many at once, by start: each time from where the last answer ended. */
export async function readAll<Row extends { id: number }>(
  read: (window: Window) => Promise<Row[]>,
  startOf: (row: Row) => number,
  limit = MAX_ROWS,
): Promise<Row[]> {
  const all = new Map<number, Row>();
  let { from } = ALL_TIME;
  for (;;) {
    const rows = await read({ from, to: ALL_TIME.to, limit });
    const before = all.size;
    // What reaches into the next window comes again with it.
    for (const row of rows) all.set(row.id, row);
    const last = rows.at(-1);
    if (!last || rows.length < limit) return [...all.values()];
    if (all.size === before) {
      throw new Error(`more than ${formatCount(limit)} of them lie at one time`);
    }
    from = Math.max(from, startOf(last));
  }
}
