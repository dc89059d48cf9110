import * as z from 'zod';
import type { PredictionConditions, PredictionStatus } from '@/contract/predictions';
import { type RunStatus, runParams, storedRunParams } from '@/contract/runs';
import type { Span } from '@/contract/spans';

type Review = { id: number; status: PredictionStatus; spanUid: string | null };

/** Why reviews cannot be what a person meant, or null. */
export function reviewMistake(reviews: readonly Review[]): string | null {
  const seen = new Set<number>();
  for (const { id, status, spanUid } of reviews) {
    if (seen.has(id)) return `Prediction ${id} stands twice in one review.`;
    seen.add(id);
    if (status === 'new' && spanUid) {
      return `Prediction ${id} is to be unreviewed and cannot name a span.`;
    }
    if (status !== 'new' && !spanUid) {
      return `Prediction ${id} is to be ${status} and must name the span that says so.`;
    }
  }
  return null;
}

/** Whether a review of the prediction made the span, and did not only name one that a person drew. */
export const isMadeBy = ({ modelPrediction }: Pick<Span, 'modelPrediction'>, id: number): boolean =>
  modelPrediction !== null && (modelPrediction.predictionId ?? id) === id;

type Run = { id: number; status: RunStatus; hasModel: boolean; params: Record<string, unknown> };

/** Why this run cannot predict anything, or null. */
export function predictRefusal({ id, status, hasModel, params }: Run): string | null {
  if (status !== 'succeeded') {
    return `Training run ${id} has no model to predict with: it is ${status}.`;
  }
  // One that names no model has the first, as for the model service.
  if (hasModel && runParams.shape.model.safeParse(params.model).success) return null;
  const { model } = storedRunParams.parse(params);
  return `Training run ${id} is another program’s (${model}), which alone can predict with it.`;
}

/** A chart in `training_runs.dataset`; other programs write it in any shape. */
const seenChart = z.object({
  dataRev: z.number().optional().catch(undefined),
  trainedOn: z
    .array(z.tuple([z.number(), z.number()]))
    .optional()
    .catch(undefined),
  examinedFrom: z.number().nullish().catch(null),
  examinedTo: z.number().nullish().catch(null),
});
type Seen = { hasSaid: boolean; chart: unknown; dataRev: number };

/**
 * What a run learnt from on a chart, and whether that has changed since. A run from before stretches
 * were kept learnt from all between its first and its last bar, as the model service has it.
 */
export function learntFrom({
  hasSaid,
  chart,
  dataRev,
}: Seen): Pick<PredictionConditions, 'learntFrom' | 'isStale'> {
  const read = seenChart.safeParse(chart);
  if (!read.success) return { learntFrom: hasSaid ? [] : null, isStale: false };
  const { trainedOn, examinedFrom, examinedTo, dataRev: seen } = read.data;
  const whole =
    examinedFrom == null || examinedTo == null ? null : [{ from: examinedFrom, to: examinedTo }];
  return {
    learntFrom: trainedOn?.map(([from, to]) => ({ from, to })) ?? whole,
    isStale: seen !== undefined && seen !== dataRev,
  };
}
