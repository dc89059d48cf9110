import { Brackets } from 'lucide-react';
import type { OverlayItem } from '@/chart/kinds/kinds';
import { partsOf } from '@/editor/kinds/parts';
import type { SpanRecord } from '@/editor/kinds/span';
import { labelStyle } from '../../session/label-style';
import { spanLines } from '../conflict-lines';
import { SpanInspector } from '../span-inspector';
import { SpanRow } from '../span-row';
import type { AnnotationKind } from './kind';

const NO_PARTS: [] = [];

export const span: AnnotationKind<SpanRecord, OverlayItem<'span'>> = {
  name: 'span',
  key: null,
  group: 'spans',
  tools: () => [{ tool: 'span', text: 'Span', command: 'tool.span', icon: Brackets }],
  overlayItem(
    { uid, startTime, endTime, label, color, subSpans },
    { labels, selected, selection, part, fits },
  ) {
    const style = labelStyle(labels, label);
    const fit = fits.get(uid);
    const parts = partsOf({ subSpans });
    return {
      uid,
      startTime,
      endTime,
      ...fit?.bars,
      isRefused: fit !== undefined && fit.bars === null,
      text: style.text,
      color: color ?? style.color,
      selected: selection.has(uid),
      isAnchor: uid === selected,
      parts:
        parts.length === 0
          ? NO_PARTS
          : parts.map((each) => ({ ...each, chosen: uid === selected && each.index === part })),
    };
  },
  panel: { Row: SpanRow, Inspector: SpanInspector },
  conflictLines: (session, span) => spanLines(span, session),
};
