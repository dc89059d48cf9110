import type { Overlay, OverlayMarker, OverlayPrediction, OverlaySpan } from '@/chart/types';
import type { AnnotationType } from '@/contract/annotations';
import type { SpanLabelType } from '@/contract/spans';
import type { PredictionRecord, Records, SpanRecord } from '@/editor/records';
import type { Phase } from '@/editor/tools';
import { annotationStyle, labelStyle } from '../session/label-style';
import type { ViewState } from '../session/view-state';

/** Whether a person still has to say what they think of a prediction, at this threshold. */
export function isOpen(prediction: PredictionRecord, minScore: number): boolean {
  return prediction.status === 'new' && prediction.score >= minScore;
}

/** The records as the chart draws them; an edge that is being dragged is where the pointer is. */
export function overlayRecords(
  records: Records,
  types: { labels: SpanLabelType[]; annotationTypes: AnnotationType[] },
  view: Pick<ViewState, 'selected' | 'minScore'>,
  phase: Phase,
): Pick<Overlay, 'spans' | 'markers' | 'predictions'> {
  const spans: OverlaySpan[] = [];
  const markers: OverlayMarker[] = [];
  const predictions: OverlayPrediction[] = [];
  for (const record of records.values()) {
    const selected = record.uid === view.selected;
    if (record.kind === 'span') spans.push(overlaySpan(record, types.labels, selected, phase));
    else if (record.kind === 'marker') {
      const { direction, text, color } = annotationStyle(types.annotationTypes, record);
      const time = phase.name === 'moving' && phase.uid === record.uid ? phase.to : record.time;
      markers.push({ uid: record.uid, time, direction, color, selected, text });
    } else if (isOpen(record, view.minScore)) {
      const { id, startTime, endTime, score } = record;
      predictions.push({
        id,
        startTime,
        endTime,
        score,
        selected,
        ...labelStyle(types.labels, record.label),
      });
    }
  }
  return { spans, markers, predictions };
}

function overlaySpan(
  span: SpanRecord,
  labels: SpanLabelType[],
  selected: boolean,
  phase: Phase,
): OverlaySpan {
  const { text, color } = labelStyle(labels, span.label);
  let { startTime, endTime } = span;
  if (phase.name === 'resizing' && phase.uid === span.uid) {
    const other = phase.edge === 'start' ? endTime : startTime;
    startTime = Math.min(other, phase.to);
    endTime = Math.max(other, phase.to);
  }
  const parts = (span.subSpans ?? []).flatMap((part) => {
    const { name, startTime: from, endTime: to } = part;
    return typeof name === 'string' && typeof from === 'number' && typeof to === 'number'
      ? [{ name, startTime: from, endTime: to }]
      : [];
  });
  return { uid: span.uid, startTime, endTime, text, color: span.color ?? color, selected, parts };
}
