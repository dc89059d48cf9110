import type { SpanFields } from '@/contract/spans';
import { type BarAnchor, candleAnchor } from '../anchor';
import type { KindDefinition, Stored } from './kind';

/** A labelled range of candles, both ends included. */
export type SpanRecord = SpanFields & Stored<'span'>;
export type SpanPart = 'body' | 'pill' | 'start' | 'end';

/** What a person has not said about a new span. */
const UNSET: Omit<SpanFields, 'startTime' | 'endTime' | 'label'> = {
  confidence: null,
  outcome: null,
  notes: null,
  subSpans: null,
  color: null,
  source: 'human',
  modelPrediction: null,
};

export const newSpan = (
  uid: string,
  fields: Pick<SpanFields, 'startTime' | 'endTime' | 'label'> & Partial<SpanFields>,
): SpanRecord => ({ kind: 'span', uid, id: null, ...UNSET, ...fields });

/** From the first candle of the first bar to the last candle of the last one. */
const rangeAt = (anchors: BarAnchor[]) => ({
  startTime: Math.min(...anchors.map(({ time }) => time)),
  endTime: Math.max(...anchors.map(({ lastTime }) => lastTime)),
});

export const span: KindDefinition<SpanRecord, SpanPart> = {
  storage: { entity: 'span' },
  parts: {
    body: 'pan',
    pill: 'select',
    start: ([, end], to) => (end ? [to, end] : [to]),
    end: ([start], to) => (start ? [start, to] : [to]),
  },
  anchors: ({ startTime, endTime }) => [candleAnchor(startTime), candleAnchor(endTime)],
  fieldsAt: rangeAt,
  draw: {
    steps: 2,
    create: (uid, label, anchors) => newSpan(uid, { label, ...rangeAt(anchors) }),
  },
};
