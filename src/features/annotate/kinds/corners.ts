import { ANNOTATION_FIELDS, type AnnotationType } from '@/contract/annotations';
import type { CornerFields } from '@/editor/kinds/corners';
import { annotationStyle } from '../../session/label-style';
import type { Session } from '../../session/session';
import { fieldLines } from '../conflict-lines';
import { cornersText } from '../corners-inspector';
import type { ConflictLine, ToolButton } from './kind';

/** One tool for the category, as long as it has an active type. */
export function cornerTool(
  types: AnnotationType[],
  category: 'line' | 'rectangle',
  button: Omit<ToolButton, 'tool'>,
): ToolButton[] {
  const isOffered = types.some((type) => type.isActive && type.category === category);
  return isOffered ? [{ tool: category, ...button }] : [];
}

export const cornerConflictLines = (
  { annotationTypes, chart }: Session,
  record: CornerFields,
): ConflictLine[] =>
  fieldLines(ANNOTATION_FIELDS, record, chart.timeframe, {
    labelType: annotationStyle(annotationTypes, record).text,
    geometry: cornersText(record, chart),
  });
