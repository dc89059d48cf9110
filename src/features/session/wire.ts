import {
  ANNOTATION_FIELDS,
  type Annotation,
  type AnnotationFields,
  type AnnotationType,
  type Geometry,
} from '@/contract/annotations';
import { pickFields } from '@/contract/fields';
import type { ChartChanges } from '@/contract/live';
import { SPAN_FIELDS, type Span, type SpanFields } from '@/contract/spans';
import { type CornerKind, isCornerKind, type RecordOf } from '@/editor/kinds/kinds';
import type { Base, Received } from './sync/types';

export type StoredRecord = RecordOf<'span' | 'marker' | CornerKind>;

/** A row as the server sends it, as a record of the editor; its type says which kind it is. */
export function fromServer(row: Span | Annotation, types: AnnotationType[]): StoredRecord {
  const { uid, id } = row;
  if ('startTime' in row) return { kind: 'span', uid, id, ...spanFieldsOf(row) };
  const fields = annotationFieldsOf(row);
  const { geometry } = fields;
  if (!geometry) return { kind: 'marker', uid, id, ...fields };
  const category = types.find(({ name }) => name === row.labelType)?.category;
  // Old data may have corners under the type of a marker, and a newer app a kind unknown here.
  const kind = category !== undefined && isCornerKind(category) ? category : 'line';
  return { kind, uid, id, ...fields, geometry };
}

/** A stored row as the version that changes are made from. */
export const baseOf = (row: Span | Annotation, types: AnnotationType[]): Base => ({
  record: fromServer(row, types),
  rev: row.rev,
});

/** What revisions did, as it is taken in: each row has the rev that wrote it. */
export function receivedOf(
  { rev, spans, annotations, deleted }: ChartChanges,
  types: AnnotationType[],
): Received[] {
  return [
    ...[...spans, ...annotations].map((row) => ({ uid: row.uid, ...baseOf(row, types) })),
    ...deleted.map((uid) => ({ uid, record: null, rev })),
  ];
}

export const spanFieldsOf = (span: SpanFields): SpanFields => pickFields(SPAN_FIELDS, span);

export function annotationFieldsOf(annotation: AnnotationFields): AnnotationFields {
  const fields = pickFields(ANNOTATION_FIELDS, annotation);
  return { ...fields, geometry: fields.geometry && cornersOf(fields.geometry) };
}

/** Old data may have more in it, which cannot be saved again. */
const cornersOf = ({ startTime, startPrice, endTime, endPrice }: Geometry): Geometry => ({
  startTime,
  startPrice,
  endTime,
  endPrice,
});
