import { ANNOTATION_FIELDS, type Annotation, type AnnotationFields } from '@/contract/annotations';
import { pickFields } from '@/contract/fields';
import type { ChartChanges } from '@/contract/live';
import { SPAN_FIELDS, type Span, type SpanFields } from '@/contract/spans';
import type { MarkerRecord } from '@/editor/kinds/marker';
import type { SpanRecord } from '@/editor/kinds/span';
import type { Base, Received } from './sync/types';

/** A row as the server sends it, as a record of the editor. */
export function fromServer(row: Span | Annotation): SpanRecord | MarkerRecord {
  return 'startTime' in row
    ? { kind: 'span', uid: row.uid, id: row.id, ...spanFieldsOf(row) }
    : { kind: 'marker', uid: row.uid, id: row.id, ...annotationFieldsOf(row) };
}

/** A stored row as the version that changes are made from. */
export const baseOf = (row: Span | Annotation): Base => ({ record: fromServer(row), rev: row.rev });

/** What a revision did, as it is taken in. */
export function receivedOf({ rev, spans, annotations, deleted }: ChartChanges): Received[] {
  return [
    ...[...spans, ...annotations].map((row) => ({ uid: row.uid, record: fromServer(row), rev })),
    ...deleted.map((uid) => ({ uid, record: null, rev })),
  ];
}

export const spanFieldsOf = (span: SpanFields): SpanFields => pickFields(SPAN_FIELDS, span);

export const annotationFieldsOf = (annotation: AnnotationFields): AnnotationFields =>
  pickFields(ANNOTATION_FIELDS, annotation);
