import type { LucideIcon } from 'lucide-react';
import { capitalized } from '@/components/format';
import { ANNOTATION_FIELDS, type AnnotationType } from '@/contract/annotations';
import type { CornerFields } from '@/editor/kinds/corners';
import type { CornerKind } from '@/editor/kinds/kinds';
import { annotationStyle } from '../../session/label-style';
import type { Session } from '../../session/session';
import { timesOf } from '../../session/time-zone';
import { fieldLines } from '../conflict-lines';
import { cornersText } from '../corners-inspector';
import type { ConflictLine, ToolButton } from './kind';

/** One tool for the kind, as long as it has an active type. */
export function cornerTool(
  types: AnnotationType[],
  kind: CornerKind,
  icon: LucideIcon,
): ToolButton[] {
  const isOffered = types.some((type) => type.isActive && type.category === kind);
  return isOffered ? [{ tool: kind, text: capitalized(kind), command: `tool.${kind}`, icon }] : [];
}

export const cornerConflictLines = (
  { annotationTypes, chart }: Session,
  record: CornerFields,
): ConflictLine[] =>
  fieldLines(ANNOTATION_FIELDS, record, chart, {
    labelType: annotationStyle(annotationTypes, record).text,
    geometry: cornersText(record, chart, timesOf(chart)),
  });
