import * as z from 'zod';
import { chartId, inOrder, inOrderMessage, storedTime, uid, windowFields } from './common';
import { runId } from './runs';
import { spanDiff } from './spans';

export const predictionStatus = z.enum(['new', 'confirmed', 'corrected', 'dismissed']);
export type PredictionStatus = z.infer<typeof predictionStatus>;

export const predictionSchema = z
  .object({
    id: z.int(),
    chartId,
    runId,
    startTime: storedTime,
    endTime: storedTime,
    label: z.string(),
    /** 0 to 1. */
    score: z.number(),
    status: predictionStatus,
    spanUid: z.uuid().nullable(),
  })
  .meta({ id: 'Prediction' });
export type Prediction = z.infer<typeof predictionSchema>;

export const listPredictionsInput = z
  .strictObject({
    chartId,
    runId,
    ...windowFields,
    minScore: z.number().min(0).max(1).default(0),
    limit: z.int().min(1).max(20_000).default(20_000),
  })
  .refine(inOrder, inOrderMessage);

/**
 * A review of predictions and the spans it makes or takes back, in one transaction: confirm adds
 * a span with source `model_confirmed`, dismiss one with label `O` and source `human_correction`,
 * correct one with source `model_corrected`; undo sets `new` again and deletes that span.
 */
export const reviewInput = z.strictObject({
  chartId,
  reviews: z
    .array(
      z.strictObject({
        id: z.int().min(1),
        status: predictionStatus,
        /** The span that says it; null when status is `new`. */
        spanUid: uid.nullable(),
      }),
    )
    .min(1)
    .max(1_000),
  diff: spanDiff,
});
