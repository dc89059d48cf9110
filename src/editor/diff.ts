import type { EditorRecord } from './kinds/kinds';
import { equal, type Records } from './records';
import { VersionedMap } from './versioned-map';

/** A change of records that knows its own inverse. */
export type Diff = {
  added: EditorRecord[];
  updated: [from: EditorRecord, to: EditorRecord][];
  removed: EditorRecord[];
};

export const EMPTY_DIFF: Diff = { added: [], updated: [], removed: [] };

export function isEmpty(diff: Diff): boolean {
  return diff.added.length + diff.updated.length + diff.removed.length === 0;
}

export function invert(diff: Diff): Diff {
  return {
    added: diff.removed,
    updated: diff.updated.map(([from, to]) => [to, from]),
    removed: diff.added,
  };
}

/**
 * The records after `diff`, and the diff that really happened. An update sets only the fields that
 * it changed, so that it keeps what somebody else changed in others; an update or removal
 * of a record that is gone, or an addition of one that is there, does nothing.
 */
export function applyDiff(records: Records, diff: Diff): { records: Records; done: Diff } {
  let copy: VersionedMap<EditorRecord> | null = null;
  const changed = () => {
    copy ??= records instanceof VersionedMap ? records.copy() : new VersionedMap(records);
    return copy;
  };
  const get = (uid: string) => (copy ?? records).get(uid);
  const done: Diff = { added: [], updated: [], removed: [] };
  for (const record of diff.removed) {
    const current = get(record.uid);
    if (!current) continue;
    changed().delete(record.uid);
    done.removed.push(current);
  }
  for (const record of diff.added) {
    if (get(record.uid)) continue;
    changed().set(record.uid, record);
    done.added.push(record);
  }
  for (const [from, to] of diff.updated) {
    const current = get(from.uid);
    if (!current) continue;
    const patched = patch(current, from, to);
    if (equal(patched, current)) continue;
    changed().set(from.uid, patched);
    done.updated.push([current, patched]);
  }
  return { records: copy ?? records, done };
}

function patch(current: EditorRecord, from: EditorRecord, to: EditorRecord): EditorRecord {
  const before = from as Record<string, unknown>;
  const after = to as Record<string, unknown>;
  const changed = Object.keys(after).filter((key) => !equal(before[key], after[key]));
  return {
    ...current,
    ...Object.fromEntries(changed.map((key) => [key, after[key]])),
  } as EditorRecord;
}

/** One diff with the effect of `first` and then `second`. */
export function squash(first: Diff, second: Diff): Diff {
  const added = new Map(first.added.map((record) => [record.uid, record]));
  const updated = new Map(first.updated.map((pair) => [pair[0].uid, pair]));
  const removed = new Map(first.removed.map((record) => [record.uid, record]));

  for (const record of second.removed) {
    if (added.delete(record.uid)) continue;
    removed.set(record.uid, updated.get(record.uid)?.[0] ?? record);
    updated.delete(record.uid);
  }
  for (const record of second.added) {
    const before = removed.get(record.uid);
    if (!before) added.set(record.uid, record);
    else {
      removed.delete(record.uid);
      if (!equal(before, record)) updated.set(record.uid, [before, record]);
    }
  }
  for (const [from, to] of second.updated) {
    if (added.has(to.uid)) added.set(to.uid, to);
    else {
      const before = updated.get(to.uid)?.[0] ?? from;
      if (equal(before, to)) updated.delete(to.uid);
      else updated.set(to.uid, [before, to]);
    }
  }
  return {
    added: [...added.values()],
    updated: [...updated.values()],
    removed: [...removed.values()],
  };
}
