import type { AnnotationFields } from '@/contract/annotations';
import type { Prediction } from '@/contract/predictions';
import type { SpanFields } from '@/contract/spans';

/** A span as the editor holds it; `id` is null until the server has stored it. */
export type SpanRecord = SpanFields & { kind: 'span'; uid: string; id: number | null };
export type MarkerRecord = AnnotationFields & {
  kind: 'marker';
  uid: string;
  id: number | null;
};
/** A model's proposal; a person changes its status, never its place. */
export type PredictionRecord = Prediction & { kind: 'prediction'; uid: string };

export type EditorRecord = SpanRecord | MarkerRecord | PredictionRecord;
export type Records = ReadonlyMap<string, EditorRecord>;

export const predictionUid = (id: number) => `prediction:${id}`;

export function toPredictionRecord(prediction: Prediction): PredictionRecord {
  return { ...prediction, kind: 'prediction', uid: predictionUid(prediction.id) };
}

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
