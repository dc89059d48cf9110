import type { EditorRecord } from './kinds/kinds';

export type Records = ReadonlyMap<string, EditorRecord>;

/** What a person decided about a record: everything but what the server gives it. */
export function fieldsOf<R extends EditorRecord>(record: R): Omit<R, 'kind' | 'uid' | 'id'> {
  const { kind, uid, id, ...fields } = record;
  return fields;
}

/** Whether two versions of one record say the same. */
export function sameFields(a: EditorRecord, b: EditorRecord): boolean {
  return a.kind === b.kind && equal(fieldsOf(a), fieldsOf(b));
}

/** Equality of JSON values, whatever the order of their keys. */
export function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = Object.entries(a);
  const right = b as Record<string, unknown>;
  return (
    left.length === Object.keys(right).length &&
    left.every(([key, value]) => Object.hasOwn(right, key) && equal(value, right[key]))
  );
}
