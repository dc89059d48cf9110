'use client';

import { RectangleHorizontal } from 'lucide-react';
import type { OverlayItem } from '@/chart/kinds/kinds';
import { formatPrice } from '@/components/format';
import type { RectangleRecord } from '@/editor/kinds/rectangle';
import { annotationStyle } from '../../session/label-style';
import { useSession } from '../../session/session';
import { useTimes } from '../../session/time-zone';
import { AnnotationRow } from '../annotation-row';
import { CornersInspector, cornersText } from '../corners-inspector';
import { cornerConflictLines, cornerTool } from './corners';
import type { AnnotationKind } from './kind';

export const rectangle: AnnotationKind<RectangleRecord, OverlayItem<'rectangle'>> = {
  name: 'rectangle',
  key: 'r',
  group: 'drawings',
  tools: ({ annotationTypes }) => cornerTool(annotationTypes, 'rectangle', RectangleHorizontal),
  overlayItem(record, { annotationTypes, pricePrecision, selection }) {
    const { uid, geometry } = record;
    const { text, color } = annotationStyle(annotationTypes, record);
    const prices = [geometry.startPrice, geometry.endPrice]
      .sort((a, b) => a - b)
      .map((price) => formatPrice(price, pricePrecision));
    const caption = `${text}  ${prices.join(' – ')}`;
    return { uid, ...geometry, text: caption, color, selected: selection.has(uid) };
  },
  panel: { Row, Inspector },
  conflictLines: cornerConflictLines,
};

function Row({ record }: { record: RectangleRecord }) {
  const { chart } = useSession();
  return (
    <AnnotationRow record={record} second={cornersText(record, chart, useTimes(chart))}>
      <RectangleHorizontal size={13} />
    </AnnotationRow>
  );
}

function Inspector({ record }: { record: RectangleRecord }) {
  return <CornersInspector name="rectangle" record={record} />;
}
