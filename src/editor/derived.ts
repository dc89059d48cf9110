import { NEGATIVE_LABEL } from '@/contract/spans';
import type { EditorRecord, Kind, RecordOf } from './kinds/kinds';
import { definitionOf } from './kinds/kinds';
import type { Records } from './records';
import { SortedList } from './sorted';
import { type KeyChange, VersionedMap } from './versioned-map';

export type RecordChange = KeyChange<EditorRecord>;

/**
 * What follows from all records, worked out once for each version of them: from the value before by
 * what has changed, or from all of them where there is none.
 */
export function derived<Value>(
  make: (records: Records) => Value,
  change: (value: Value, changes: readonly RecordChange[], records: Records) => Value,
): (records: Records) => Value {
  const known = new WeakMap<Records, Value>();
  const newest = new WeakMap<object, VersionedMap<EditorRecord>>();
  const workOut = (records: Records): Value => {
    if (!(records instanceof VersionedMap)) return make(records);
    const last = newest.get(records.line);
    const changes = last && records.changesSince(last);
    newest.set(records.line, records);
    return last && changes ? change(known.get(last) as Value, changes, records) : make(records);
  };
  return (records) => {
    if (!known.has(records)) known.set(records, workOut(records));
    return known.get(records) as Value;
  };
}

const startOf = (record: EditorRecord) =>
  record.kind === 'span' || record.kind === 'prediction'
    ? record.startTime
    : Math.min(
        ...definitionOf(record.kind)
          .anchors(record)
          .map(({ time }) => time),
      );

/** By their starts; what starts together by its uid, so that the order is always the same. */
export const byStart = (a: EditorRecord, b: EditorRecord) =>
  startOf(a) - startOf(b) || (a.uid < b.uid ? -1 : a.uid > b.uid ? 1 : 0);

/** Those that `isOf` names, in the order of time; `among` is a list that holds all of them. */
export const derivedList = <R extends EditorRecord>(
  isOf: (record: EditorRecord) => record is R,
  among?: (records: Records) => SortedList<EditorRecord>,
) =>
  derived<SortedList<R>>(
    (records) =>
      SortedList.of(
        among
          ? (among(records).filter(isOf) as R[])
          : [...records.values()].filter(isOf).sort(byStart),
      ),
    (list, changes) => {
      const own = changes
        .map(({ before, after }) => ({
          before: before && isOf(before) ? before : undefined,
          after: after && isOf(after) ? after : undefined,
        }))
        .filter(({ before, after }) => before || after);
      return own.length === 0 ? list : list.change(own, byStart);
    },
  );

/** How many there are of each name that `namesOf` gives a record. */
export const derivedCounts = (namesOf: (record: EditorRecord) => readonly string[]) =>
  derived<ReadonlyMap<string, number>>(
    (records) => {
      const counts = new Map<string, number>();
      for (const record of records.values())
        for (const name of namesOf(record)) add(counts, name, 1);
      return counts;
    },
    (before, changes) => {
      const counts = new Map(before);
      for (const change of changes) {
        if (change.before) for (const name of namesOf(change.before)) add(counts, name, -1);
        if (change.after) for (const name of namesOf(change.after)) add(counts, name, 1);
      }
      return counts;
    },
  );

/** What `itemOf` makes of each, but for those of which it makes nothing. */
export const derivedMap = <Item extends NonNullable<unknown>>(
  itemOf: (record: EditorRecord) => Item | null,
) =>
  derived<VersionedMap<Item>>(
    (records) => {
      const items = new VersionedMap<Item>();
      for (const [uid, record] of records) {
        const item = itemOf(record);
        if (item) items.set(uid, item);
      }
      return items;
    },
    (before, changes) => {
      const items = before.copy();
      for (const { key, after } of changes) {
        const item = after ? itemOf(after) : null;
        if (item) items.set(key, item);
        else items.delete(key);
      }
      return items;
    },
  );

function add(counts: Map<string, number>, name: string, step: 1 | -1) {
  const count = (counts.get(name) ?? 0) + step;
  if (count === 0) counts.delete(name);
  else counts.set(name, count);
}

const ofKind = <K extends Kind>(kind: K) =>
  derivedList((record): record is RecordOf<K> => record.kind === kind);

/** All spans in the order of time. */
export const spansOf = ofKind('span');
export const predictionsOf = ofKind('prediction');
/** All that is stored as annotations: markers and drawings. */
export const annotationsOf = derivedList(
  (record): record is Exclude<EditorRecord, RecordOf<'span' | 'prediction'>> =>
    definitionOf(record.kind).storage.entity === 'annotation',
);
/** How many spans each label has. */
export const labelCountsOf = derivedCounts((record) =>
  record.kind === 'span' ? [record.label] : [],
);
/** Spans that a model learns as patterns: those that say there is none are not counted. */
export const patternCount = (records: Records): number => {
  const counts = labelCountsOf(records);
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return all - (counts.get(NEGATIVE_LABEL) ?? 0);
};
