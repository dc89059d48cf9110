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
  const first = stale.at(0) ?? null;
  if (!after) return first;
  const known = stale.find(({ uid }) => uid === after.uid);
  if (known) return stale.at(stale.indexOf(known) + 1) ?? first;
  const [start] = rangeOf(after);
  return stale.find((record) => rangeOf(record)[0] >= start) ?? first;
}
