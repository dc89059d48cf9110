import type { EditorRecord, Kind } from '@/editor/kinds/kinds';
import type { AnnotationKind, LabelTypes, OverlayContext, ToolButton } from './kind';
import { marker } from './marker';
import { prediction } from './prediction';
import { span } from './span';

/** In the order of their tools. */
export const ANNOTATION_KINDS = { span, marker, prediction } satisfies Record<Kind, AnnotationKind>;

export const annotationKindOf = (kind: Kind): AnnotationKind => ANNOTATION_KINDS[kind];

export const overlayItem = (record: EditorRecord, context: OverlayContext): unknown =>
  annotationKindOf(record.kind).overlayItem(record, context);

/** The tools that draw something, kind by kind. */
export const drawingTools = (types: LabelTypes): ToolButton[][] =>
  Object.values<AnnotationKind>(ANNOTATION_KINDS).map(({ tools }) => tools(types));
