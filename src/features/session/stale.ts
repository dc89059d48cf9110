import { derivedList } from '@/editor/derived';
import type { EditorRecord } from '@/editor/kinds/kinds';
import type { Records } from '@/editor/records';
import { rangeOf } from './selection';

/** Whether candles in its range changed since anybody looked at it. */
export const isStale = (record: EditorRecord): boolean => staleSince(record) !== null;

export const staleSince = (record: EditorRecord) =>
  'candlesChangedAt' in record ? record.candlesChangedAt : null;

/** All that is stale, in the order of time. */
export const staleOf = derivedList((record): record is EditorRecord => isStale(record));

/** The next that is stale after a record, which may be stale no more, and from the last on the first. */
export function nextStale(records: Records, after: EditorRecord | undefined): EditorRecord | null {
  const stale = staleOf(records);
  if (!after) return stale[0] ?? null;
  const at = stale.findIndex(({ uid }) => uid === after.uid);
  if (at >= 0) return stale[(at + 1) % stale.length] ?? null;
  const [start] = rangeOf(after);
  return stale.find((record) => rangeOf(record)[0] >= start) ?? stale[0] ?? null;
}
