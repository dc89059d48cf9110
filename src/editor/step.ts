import type { Diff } from './diff';
import type { EditorRecord } from './kinds/kinds';
import { equal, fieldsOf } from './records';

/** What undo takes back as one. */
export type Step = {
  diff: Diff;
  /** What somebody else has set since: by uid and field, the value before they did. */
  theirs: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
};

/** Where what is no change of this person comes from: see `Origin`. */
type Foreign = 'stored' | 'server' | 'discarded';

export const newStep = (diff: Diff): Step => ({ diff, theirs: new Map() });

export const fieldOf = (record: EditorRecord, key: string) =>
  (record as unknown as Record<string, unknown>)[key];

/** The fields that two versions do not agree in. */
export const differences = (before: EditorRecord, after: EditorRecord): string[] =>
  Object.keys(fieldsOf(after)).filter((key) => !equal(fieldOf(before, key), fieldOf(after, key)));

/** The server sets it whenever candles change: it is not what anybody has done to the record. */
export const isWork = (key: string) => key !== 'candlesChangedAt';

type Update = { before: EditorRecord; after: EditorRecord; keys: string[] };

/** Takes into account, in steps of which the last one was made last, that the records have changed by `diff`. */
export function follow(steps: unknown[], { updated }: Diff, origin: Foreign) {
  const updates = new Map<string, Update>();
  for (const [before, after] of updated) {
    const keys = differences(before, after).filter(isWork);
    if (keys.length > 0) updates.set(after.uid, { before, after, keys });
  }
  for (let at = steps.length - 1; at >= 0 && updates.size > 0; at -= 1) {
    const step = steps[at];
    if (!isStep(step)) continue;
    const touched = touchedBy(step, updates);
    if (touched.length === 0) continue;
    steps[at] = touched.reduce((so, update) => CHANGES[origin](so, update), step);
    // What came of a save belongs to the last step that touched the record.
    if (origin === 'stored') for (const { after } of touched) updates.delete(after.uid);
  }
}

export const isStep = (value: unknown): value is Step =>
  typeof value === 'object' && value !== null && 'diff' in value;

function touchedBy({ diff: { added, updated, removed } }: Step, updates: Map<string, Update>) {
  const records = [...added, ...updated.map(([record]) => record), ...removed];
  return records.flatMap(({ uid }) => updates.get(uid) ?? []);
}

const CHANGES: Record<Foreign, (step: Step, update: Update) => Step> = {
  /** As if the step had left these fields so. */
  stored: (step, { after, keys }) =>
    mapRecords(step, after.uid, (record, side) =>
      side === 'to' ? withFields(record, after, keys) : record,
    ),
  /** As if the step had never set them. */
  discarded: (step, { after, keys }) =>
    mapRecords(step, after.uid, (record) => withFields(record, after, keys)),
  /** Once they have put a field back it is as nobody had touched it. */
  server(step, { before, after, keys }) {
    const fields = new Map(step.theirs.get(after.uid));
    for (const key of keys) {
      if (!fields.has(key)) fields.set(key, fieldOf(before, key));
      else if (equal(fields.get(key), fieldOf(after, key))) fields.delete(key);
    }
    return { ...step, theirs: new Map(step.theirs).set(after.uid, fields) };
  },
};

function mapRecords(
  step: Step,
  uid: string,
  change: (record: EditorRecord, side: 'from' | 'to') => EditorRecord,
): Step {
  const { added, updated, removed } = step.diff;
  const changed = (record: EditorRecord, side: 'from' | 'to') =>
    record.uid === uid ? change(record, side) : record;
  return {
    ...step,
    diff: {
      added: added.map((record) => changed(record, 'to')),
      updated: updated.map(([from, to]) => [changed(from, 'from'), changed(to, 'to')]),
      removed,
    },
  };
}

const withFields = (record: EditorRecord, source: EditorRecord, keys: readonly string[]) =>
  ({
    ...record,
    ...Object.fromEntries(keys.map((key) => [key, fieldOf(source, key)])),
  }) as EditorRecord;
