import { NEGATIVE_LABEL } from '@/contract/spans';
import type { UtcSeconds } from '@/contract/units';
import { predictionsOf, spansOf } from '@/editor/derived';
import type { PredictionRecord } from '@/editor/kinds/prediction';
import type { SpanRecord } from '@/editor/kinds/span';
import type { Records } from '@/editor/records';

/** How a prediction stands to what people drew at the same place. */
export type Relation =
  | { type: 'unmarked' }
  | { type: 'agrees'; span: SpanRecord }
  | { type: 'differs'; span: SpanRecord };

/** Overlap at which two ranges are about the same thing. */
const SAME_PLACE_IOU = 0.5;

/** Shared time over joint time of two ranges; two equal instants count as one. */
export function iou(
  a: { startTime: UtcSeconds; endTime: UtcSeconds },
  b: { startTime: UtcSeconds; endTime: UtcSeconds },
): number {
  const shared = Math.min(a.endTime, b.endTime) - Math.max(a.startTime, b.startTime);
  if (shared < 0) return 0;
  const joint = Math.max(a.endTime, b.endTime) - Math.min(a.startTime, b.startTime);
  return joint === 0 ? 1 : shared / joint;
}

/** Where spans of several labels lie at a place, one that says the same counts, then one that says that there is nothing. */
export function relationOf(prediction: PredictionRecord, spans: SpanRecord[]): Relation {
  const rankOf = (span: SpanRecord) =>
    iou(span, prediction) +
    (span.label === prediction.label ? 2 : span.label === NEGATIVE_LABEL ? 1 : 0);
  let best: SpanRecord | null = null;
  for (const span of spans) {
    if (iou(span, prediction) < SAME_PLACE_IOU) continue;
    if (!best || rankOf(span) > rankOf(best)) best = span;
  }
  if (!best) return { type: 'unmarked' };
  return { type: best.label === prediction.label ? 'agrees' : 'differs', span: best };
}

/** Spans that people drew with this IoU to a range, and some with less. */
export function spansNear(
  records: Records,
  { startTime, endTime }: Pick<PredictionRecord, 'startTime' | 'endTime'>,
  leastIou: number = SAME_PLACE_IOU,
): SpanRecord[] {
  const spans = spansOf(records);
  // What begins further away is so long that it shares less of the joint time.
  const first = startTime - (endTime - startTime) / leastIou;
  const from = spans.firstIndex((span) => span.startTime >= first);
  const to = spans.firstIndex((span) => span.startTime > endTime);
  return spans.slice(from, to);
}

/** To all that people drew. */
export const relationIn = (records: Records, prediction: PredictionRecord): Relation =>
  relationOf(prediction, spansNear(records, prediction));

/** Of two predictions: below 0 where the first comes before the other. */
export type ReviewOrder = (a: PredictionRecord, b: PredictionRecord) => number;

export const inTime: ReviewOrder = (a, b) => a.startTime - b.startTime || a.id - b.id;

type OrderState = { bestFirst: boolean; later: readonly string[]; shown: readonly string[] };

/**
 * By score; what an earlier ranking has shown stays before, and what is put off comes last, in the
 * order in which that was done.
 */
function bestFirst({ later, shown }: OrderState): ReviewOrder {
  const place = new Map(shown.map((uid) => [uid, -1]));
  for (const [at, uid] of later.entries()) place.set(uid, at + 1);
  const of = ({ uid }: PredictionRecord) => place.get(uid) ?? 0;
  return (a, b) => of(a) - of(b) || b.score - a.score || inTime(a, b);
}

export const orderOf = (view: OrderState): ReviewOrder =>
  view.bestFirst ? bestFirst(view) : inTime;

/** What a person should look at: open predictions that no person's span agrees with. */
export function reviewQueue(
  records: Records,
  minScore: number,
  order: ReviewOrder = inTime,
): { prediction: PredictionRecord; relation: Relation }[] {
  return predictionsOf(records)
    .filter(({ status, score }) => status === 'new' && score >= minScore)
    .map((prediction) => ({ prediction, relation: relationIn(records, prediction) }))
    .filter(({ relation }) => !isSettled(relation))
    .sort(({ prediction: a }, { prediction: b }) => order(a, b));
}

/** The label that a person gave a prediction; null while it waits. */
export function answerTo(
  { status, spanUid, label }: PredictionRecord,
  records: Records,
): string | null {
  if (status === 'new') return null;
  const span = spanUid === null ? undefined : records.get(spanUid);
  return span?.kind === 'span' ? span.label : label;
}

/** A person said the same, or said that there is nothing here. */
const isSettled = (relation: Relation) =>
  relation.type === 'agrees' ||
  (relation.type === 'differs' && relation.span.label === NEGATIVE_LABEL);
