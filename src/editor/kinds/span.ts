import { completeSpan, type SpanFields } from '@/contract/spans';
import { type BarAnchor, candleAnchor } from '../anchor';
import type { KindDefinition, Stored } from './kind';
import { partEdgeAt } from './parts';

/** A labelled range of candles, both ends included. */
export type SpanRecord = SpanFields & Stored<'span'>;
export type SpanPart =
  | 'body'
  | 'selected-body'
  | 'pill'
  | 'start'
  | 'end'
  | 'part-start'
  | 'part-end';

export const newSpan = (uid: string, given: Parameters<typeof completeSpan>[0]): SpanRecord => ({
  kind: 'span',
  uid,
  id: null,
  ...completeSpan(given),
});

/** From the first candle of the first bar to the last candle of the last one. */
const rangeAt = (anchors: BarAnchor[]) => ({
  startTime: Math.min(...anchors.map(({ time }) => time)),
  endTime: Math.max(...anchors.map(({ lastTime }) => lastTime)),
});

export const span: KindDefinition<SpanRecord, SpanPart> = {
  storage: { entity: 'span' },
  parts: {
    body: 'pan',
    'selected-body': 'move',
    pill: 'hold',
    'part-start': 'inside',
    'part-end': 'inside',
    start: ([, end], to) => (end ? [to, end] : [to]),
    end: ([start], to) => (start ? [start, to] : [to]),
  },
  inseparable: ['startTime', 'endTime', 'subSpans'],
  anchors: ({ startTime, endTime }) => [candleAnchor(startTime), candleAnchor(endTime)],
  fieldsAt: rangeAt,
  moveInside: ({ subSpans }, moved) =>
    subSpans
      ? {
          subSpans: subSpans.map((part) => ({
            ...part,
            ...(typeof part.startTime === 'number' ? { startTime: moved(part.startTime) } : {}),
            ...(typeof part.endTime === 'number' ? { endTime: moved(part.endTime) } : {}),
          })),
        }
      : {},
  reshapeInside: (span, part, index, to) =>
    partEdgeAt(span, index, part === 'part-start' ? 'start' : 'end', to),
  draw: {
    steps: 2,
    create: (uid, label, anchors) => newSpan(uid, { label, ...rangeAt(anchors) }),
  },
};
