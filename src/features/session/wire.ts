import type { Annotation, AnnotationFields } from '@/contract/annotations';
import type { ChartChanges } from '@/contract/live';
import type { Span, SpanFields } from '@/contract/spans';
import type { MarkerRecord } from '@/editor/kinds/marker';
import type { SpanRecord } from '@/editor/kinds/span';
import type { Received } from './save-queue';

/** A row as the server sends it, as a record of the editor. */
export function fromServer(row: Span | Annotation): SpanRecord | MarkerRecord {
  return 'startTime' in row
    ? { kind: 'span', uid: row.uid, id: row.id, ...spanFieldsOf(row) }
    : { kind: 'marker', uid: row.uid, id: row.id, ...annotationFieldsOf(row) };
}

/** What a revision did, as the save queue takes it in. */
export function receivedOf({ rev, spans, annotations, deleted }: ChartChanges): Received[] {
  return [
    ...[...spans, ...annotations].map((row) => ({ uid: row.uid, record: fromServer(row), rev })),
    ...deleted.map((uid) => ({ uid, record: null, rev })),
  ];
}

export function spanFieldsOf(span: SpanFields): SpanFields {
  return {
    startTime: span.startTime,
    endTime: span.endTime,
    label: span.label,
    confidence: span.confidence,
    outcome: span.outcome,
    notes: span.notes,
    subSpans: span.subSpans,
    color: span.color,
    source: span.source,
    modelPrediction: span.modelPrediction,
  };
}

export function annotationFieldsOf(annotation: AnnotationFields): AnnotationFields {
  return {
    time: annotation.time,
    labelType: annotation.labelType,
    geometry: annotation.geometry,
    color: annotation.color,
  };
}
