import { type Diff, invert } from './diff';
import { definitionOf, type EditorRecord } from './kinds/kinds';
import { equal, type Records } from './records';
import { differences, fieldOf, isWork, type Step } from './step';

/** What of a step stays, because somebody else has changed it since. */
export type Kept = {
  record: EditorRecord;
  /** The fields that they changed; null where all of it would be deleted. */
  keys: readonly string[] | null;
};

/**
 * The diff that takes a step back from the records as they are, and what it leaves: a field that is not as the
 * step left it, or that somebody else has set since, and a record that would be deleted with what they did to it.
 * What is gone, or is already as it was before the step, is nobody's loss and not worth a word.
 */
export function takeBack(records: Records, step: Step): { diff: Diff; kept: Kept[] } {
  const back = invert(step.diff);
  const kept = new Map<string, Kept>();
  const updated = new Map<string, Diff['updated'][number]>();
  for (const left of back.removed) {
    const record = records.get(left.uid);
    if (record && isWorkedOn(record, left, step)) kept.set(left.uid, { record, keys: null });
  }
  for (const [left, before] of back.updated) {
    const record = records.get(left.uid);
    if (!record) continue;
    const { fields, keys } = fieldsBack(record, { left, before }, step);
    updated.set(left.uid, [record, { ...record, ...fields }]);
    if (keys.length > 0) kept.set(left.uid, { record, keys });
  }
  const stays = new Set(kept.keys());
  for (const [answer, span] of answersOf(back)) {
    if (!stays.has(answer) && !stays.has(span)) continue;
    stays.add(answer).add(span);
    updated.delete(answer);
    updated.delete(span);
  }
  const isTaken = ({ uid }: EditorRecord) => !stays.has(uid);
  const diff = {
    added: back.added.filter(isTaken),
    updated: [...updated.values()],
    removed: back.removed.filter(isTaken),
  };
  return { diff, kept: [...kept.values()] };
}

const isWorkedOn = (record: EditorRecord, left: EditorRecord, { theirs }: Step) =>
  differences(left, record).some(isWork) || (theirs.get(left.uid)?.size ?? 0) > 0;

/** The fields that a step set, as they were, where they are as it left them; and the keys of those that are not. */
function fieldsBack(
  record: EditorRecord,
  { left, before }: { left: EditorRecord; before: EditorRecord },
  { theirs }: Step,
) {
  const set = differences(before, left);
  const fields: Record<string, unknown> = {};
  const keys = new Set<string>();
  const isTheirs = (key: string) => theirs.get(left.uid)?.has(key) ?? false;
  const isSame = (other: EditorRecord) => (key: string) =>
    equal(fieldOf(record, key), fieldOf(other, key));
  for (const together of unitsOf(record, set)) {
    if (together.every(isSame(before)) && !together.some(isTheirs)) continue;
    const changed = together.filter((key) => !isSame(left)(key) || isTheirs(key));
    if (changed.length === 0) {
      for (const key of together) if (set.includes(key)) fields[key] = fieldOf(before, key);
    }
    for (const key of changed.filter(isWork)) keys.add(key);
  }
  return { fields, keys: [...keys] };
}

/** Fields by what is taken back as one. */
function unitsOf(record: EditorRecord, keys: readonly string[]): (readonly string[])[] {
  const { inseparable = [] } = definitionOf(record.kind);
  const single = keys.filter((key) => !inseparable.includes(key)).map((key) => [key]);
  return single.length < keys.length ? [...single, inseparable] : single;
}

/** Answers to predictions, each with the span that says so: one does not stand without the other. */
function answersOf({ updated }: Diff): [answer: string, span: string][] {
  return updated.flatMap((pair) =>
    pair.flatMap((record): [string, string][] =>
      record.kind === 'prediction' && record.spanUid ? [[record.uid, record.spanUid]] : [],
    ),
  );
}
