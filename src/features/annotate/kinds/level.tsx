'use client';

import { Minus } from 'lucide-react';
import type { OverlayItem } from '@/chart/kinds/kinds';
import { formatPrice } from '@/components/format';
import { ANNOTATION_FIELDS } from '@/contract/annotations';
import type { LevelRecord } from '@/editor/kinds/level';
import { removeRecord } from '../../session/commands';
import { annotationStyle } from '../../session/label-style';
import { useSession } from '../../session/session';
import { AnnotationHeader } from '../annotation-header';
import { AnnotationRow } from '../annotation-row';
import { fieldLines } from '../conflict-lines';
import { PriceField } from '../price-field';
import { cornerTool } from './corners';
import type { AnnotationKind, OverlayContext } from './kind';

const priceText = (
  { geometry }: LevelRecord,
  { pricePrecision }: Pick<OverlayContext, 'pricePrecision'>,
) => formatPrice(geometry.startPrice, pricePrecision);

export const level: AnnotationKind<LevelRecord, OverlayItem<'level'>> = {
  name: 'level',
  key: 'shift+l',
  group: 'drawings',
  tools: ({ annotationTypes }) => cornerTool(annotationTypes, 'level', Minus),
  overlayItem(record, context) {
    const { text, color } = annotationStyle(context.annotationTypes, record);
    return {
      uid: record.uid,
      price: record.geometry.startPrice,
      text: `${text}  ${priceText(record, context)}`,
      color,
      selected: context.selection.has(record.uid),
    };
  },
  panel: { Row, Inspector },
  conflictLines: ({ annotationTypes, chart }, record) =>
    fieldLines(ANNOTATION_FIELDS, record, chart, {
      labelType: annotationStyle(annotationTypes, record).text,
      geometry: priceText(record, chart),
    }),
};

function Row({ record }: { record: LevelRecord }) {
  const { chart } = useSession();
  return (
    <AnnotationRow record={record} second={priceText(record, chart)}>
      <Minus size={13} />
    </AnnotationRow>
  );
}

function Inspector({ record }: { record: LevelRecord }) {
  const session = useSession();
  return (
    <section aria-label="Level" className="shrink-0 px-3.5 py-3">
      <AnnotationHeader
        name="level"
        record={record}
        text=""
        onDelete={() => removeRecord(session, record.uid)}
      />
      <PriceField
        label="Price"
        price={record.geometry.startPrice}
        onChange={(price) =>
          session.editor.update(record, {
            geometry: { ...record.geometry, startPrice: price, endPrice: price },
          })
        }
      />
    </section>
  );
}
