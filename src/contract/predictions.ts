import * as z from 'zod';
import { chartId, inOrder, inOrderMessage, storedTime, uid, windowFields } from './common';
import { runId, runStatus } from './runs';
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
    /** 0 to 1: how much an answer should teach; null where that is not known. */
    teaches: z.number().nullable(),
    status: predictionStatus,
    spanUid: z.uuid().nullable(),
    /** Whether it was answered together with others, and so perhaps not looked at by itself. */
    inBulk: z.boolean(),
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
        /** Whether it was answered together with others; such answers are left out of `latest` of a search. */
        inBulk: z.boolean().default(false),
      }),
    )
    .min(1)
    .max(1_000),
  diff: spanDiff,
});

export const requestPredictionsInput = z
  .strictObject({
    runId,
    /** Null stands for every chart with candles that the caller may annotate. */
    chartIds: z.array(chartId).min(1).max(1_000).nullable(),
    /** First and last bar that a prediction may hold; of one chart. Nothing after `to` is read. */
    range: z.strictObject(windowFields).refine(inOrder, inOrderMessage).nullable().default(null),
  })
  .refine(({ chartIds, range }) => range === null || chartIds?.length === 1, {
    message: 'a range is of one chart',
  });
export type PredictionsWanted = z.output<typeof requestPredictionsInput>;

export const predictionProgressInput = z.strictObject({ chartId, runId });
export const predictionConditionsInput = z.strictObject({ chartId, runId });
export const cancelPredictionsInput = z.strictObject({ runId });

export const MAX_FAILURES = 20;

/** How the model service gets on with what a run is to predict. */
export const predictionProgressSchema = z
  .object({
    /** What was asked for last on this chart; null when nothing was. */
    here: z
      .object({
        id: z.int(),
        status: runStatus,
        /** Unix seconds; null stands for all of the chart. */
        range: z.object({ from: storedTime, to: storedTime }).nullable(),
        error: z.string().nullable(),
        /** Predictions that it stored. */
        found: z.int().nullable(),
        finishedAt: storedTime.nullable(),
      })
      .nullable(),
    /** The request that was stored here last: with another number, there is something new to read. */
    stored: z.int().nullable(),
    /** Whether some predictions here were asked for when the chart had other candles. */
    isStale: z.boolean(),
    /** Charts that wait or are under way, of those that were asked for with them; null when none. */
    active: z.object({ charts: z.int(), done: z.int(), progress: z.number() }).nullable(),
    /** Charts whose last request failed. */
    failures: z
      .array(z.object({ chartId, chart: z.string(), error: z.string() }))
      .max(MAX_FAILURES),
  })
  .meta({ id: 'PredictionProgress' });
export type PredictionProgress = z.infer<typeof predictionProgressSchema>;

/** First and last bar; both belong to it. */
const stretch = z.object({ from: storedTime, to: storedTime });
export const MAX_ASKED = 200;

/** What the predictions that a run has on a chart rest on. */
export const predictionConditionsSchema = z
  .object({
    /** How the run was tested; null where it has not said. */
    split: z.string().nullable(),
    /** What it learnt from on this chart, in order of time; null where it has not said. */
    learntFrom: z.array(stretch).max(20_000).nullable(),
    /** Whether the chart had other candles when the run saw it. */
    isStale: z.boolean(),
    /** What it was asked to predict here later, newest first; null where the chart begins or ends. */
    asked: z
      .array(
        z.object({
          from: storedTime.nullable(),
          to: storedTime.nullable(),
          isStale: z.boolean(),
        }),
      )
      .max(MAX_ASKED),
  })
  .meta({ id: 'PredictionConditions' });
export type PredictionConditions = z.infer<typeof predictionConditionsSchema>;
