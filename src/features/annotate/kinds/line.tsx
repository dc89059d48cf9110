'use client';

import { Slash } from 'lucide-react';
import type { OverlayItem } from '@/chart/kinds/kinds';
import type { LineRecord } from '@/editor/kinds/line';
import { annotationStyle } from '../../session/label-style';
import { useSession } from '../../session/session';
import { useTimes } from '../../session/time-zone';
import { AnnotationRow } from '../annotation-row';
import { CornersInspector, cornersText } from '../corners-inspector';
import { cornerConflictLines, cornerTool } from './corners';
import type { AnnotationKind } from './kind';

export const line: AnnotationKind<LineRecord, OverlayItem<'line'>> = {
  name: 'line',
  key: 'l',
  group: 'drawings',
  tools: ({ annotationTypes }) => cornerTool(annotationTypes, 'line', Slash),
  overlayItem: (record, { annotationTypes, selection }) => ({
    uid: record.uid,
    ...record.geometry,
    ...annotationStyle(annotationTypes, record),
    selected: selection.has(record.uid),
  }),
  panel: { Row, Inspector },
  conflictLines: cornerConflictLines,
};

function Row({ record }: { record: LineRecord }) {
  const { chart } = useSession();
  return (
    <AnnotationRow record={record} second={cornersText(record, chart, useTimes(chart))}>
      <Slash size={13} />
    </AnnotationRow>
  );
}

function Inspector({ record }: { record: LineRecord }) {
  return <CornersInspector name="line" record={record} />;
}
