import { Brackets } from 'lucide-react';
import type { OverlayItem } from '@/chart/kinds/kinds';
import { formatRange } from '@/components/format';
import type { SpanRecord } from '@/editor/kinds/span';
import { labelStyle } from '../../session/label-style';
import { SpanInspector } from '../span-inspector';
import { SpanRow } from '../span-row';
import type { AnnotationKind } from './kind';

export const span: AnnotationKind<SpanRecord, OverlayItem<'span'>> = {
  name: 'span',
  tools: () => [{ tool: 'span', text: 'Span', shortcut: 'S', icon: Brackets }],
  overlayItem({ uid, startTime, endTime, label, color, subSpans }, { labels, selected }) {
    const style = labelStyle(labels, label);
    return {
      uid,
      startTime,
      endTime,
      text: style.text,
      color: color ?? style.color,
      selected: uid === selected,
      parts: partsOf(subSpans),
    };
  },
  panel: { Row: SpanRow, Inspector: SpanInspector },
  conflictLines: ({ labels, chart }, span) => [
    ['Label', labelStyle(labels, span.label).text, ['label']],
    ['Range', formatRange(span.startTime, span.endTime, chart.timeframe), ['startTime', 'endTime']],
    ['Confidence', String(span.confidence ?? '–'), ['confidence']],
    ['Outcome', span.outcome ?? '–', ['outcome']],
    ['Notes', span.notes ?? '–', ['notes']],
  ],
};

const NO_PARTS: OverlayItem<'span'>['parts'] = [];

/** Old data has parts with keys of their own, which are not drawn. */
function partsOf(subSpans: SpanRecord['subSpans']) {
  if (!subSpans) return NO_PARTS;
  return subSpans.flatMap(({ name, startTime, endTime }) =>
    typeof name === 'string' && typeof startTime === 'number' && typeof endTime === 'number'
      ? [{ name, startTime, endTime }]
      : [],
  );
}
