import type { PredictionStatus } from '@/contract/predictions';
import { type RunStatus, runParams, storedRunParams } from '@/contract/runs';

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
