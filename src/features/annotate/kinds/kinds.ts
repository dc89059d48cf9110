import type { EditorRecord, Kind } from '@/editor/kinds/kinds';
import type { AnnotationKind, LabelTypes, OverlayContext, ToolButton } from './kind';
import { level } from './level';
import { line } from './line';
import { marker } from './marker';
import { prediction } from './prediction';
import { rectangle } from './rectangle';
import { span } from './span';

/** In the order of their tools. */
export const ANNOTATION_KINDS = {
  span,
  marker,
  line,
  level,
  rectangle,
  prediction,
} satisfies Record<Kind, AnnotationKind>;

export const annotationKindOf = (kind: Kind): AnnotationKind => ANNOTATION_KINDS[kind];

export const overlayItem = (record: EditorRecord, context: OverlayContext): unknown =>
  annotationKindOf(record.kind).overlayItem(record, context);

/** The tools that draw something, group by group. */
export function drawingTools(types: LabelTypes): ToolButton[][] {
  const groups = new Map<AnnotationKind['group'], ToolButton[]>();
  for (const { group, tools } of Object.values<AnnotationKind>(ANNOTATION_KINDS)) {
    groups.set(group, [...(groups.get(group) ?? []), ...tools(types)]);
  }
  return [...groups.values()].filter((tools) => tools.length > 0);
}
