import * as z from 'zod';
import { chartId, name } from './common';

export const runStatus = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']);
export type RunStatus = z.infer<typeof runStatus>;

/** What a person chooses for a training run. */
export const runParams = z.strictObject({
  chartIds: z.array(chartId).min(1).max(100),
  /** Label names to learn; empty means every label that has spans on these charts. */
  labels: z.array(name(100)).max(200).default([]),
  model: z.enum(['lightgbm']).default('lightgbm'),
  folds: z.int().min(2).max(20).default(5),
  seed: z.int().min(0).max(2_147_483_647).default(0),
  /** `random` tests on neighbours of what it trains on: it is there for comparison, by name alone. */
  split: z.enum(['purged', 'walk_forward', 'random']).default('purged'),
});
export type RunParams = z.infer<typeof runParams>;

export const runId = z.int().min(1).max(2_147_483_647);
export const runInput = z.strictObject({ runId });
export const renameRunInput = z.strictObject({ runId, name: name(100).nullable() });
export const listRunsInput = z.strictObject({
  chartId,
  limit: z.int().min(1).max(200).default(50),
});

/** As many labels as there may be, "none" and those of deleted types. */
const MAX_CLASSES = 2_000;
const labelMetrics = z.object({
  label: z.string(),
  /** Spans that people marked. */
  support: z.number(),
  /** Spans that the model found. */
  predicted: z.number(),
  precision: z.number(),
  recall: z.number(),
  f1: z.number(),
});

/** What the ML service writes to `training_runs.metrics`; every number is out of sample. */
export const runMetrics = z
  .object({
    /** Spans matched one to one with the same label at IoU ≥ 0.5, over all folds together. */
    spanF1: z.number(),
    /** Standard deviation of spanF1 over the folds that hold spans. */
    spanF1Std: z.number(),
    /** Macro F1 of candles over the labels. */
    candleF1: z.number(),
    /** Score from which predicted spans count in these figures. */
    threshold: z.number(),
    perLabel: z.array(labelMetrics).max(MAX_CLASSES),
    /** Rows: people; columns: model; the last of both is "none". Spans matched at IoU ≥ 0.5 whatever the label. */
    confusion: z.object({
      labels: z.array(z.string()).max(MAX_CLASSES),
      counts: z.array(z.array(z.number()).max(MAX_CLASSES)).max(MAX_CLASSES),
    }),
    /** Share of total gain, highest first, at most 30. */
    importance: z.array(z.object({ feature: z.string(), share: z.number() })).max(30),
    /** Per bin of predicted probability: mean predicted, observed share, candles. */
    calibration: z
      .array(z.object({ predicted: z.number(), observed: z.number(), count: z.number() }))
      .max(100),
    /** Training samples whose label horizon overlaps their fold's test range, after purging: 0 or the run failed. */
    leaks: z.number(),
    folds: z
      .array(
        z.object({
          from: z.number(),
          to: z.number(),
          trainCandles: z.number(),
          testCandles: z.number(),
          purged: z.number(),
          spans: z.number(),
          spanF1: z.number().nullable(),
        }),
      )
      .max(20),
  })
  .meta({ id: 'RunMetrics' });
export type RunMetrics = z.infer<typeof runMetrics>;

/** Parameters as they are read: a run that another program wrote may name any model, and no folds. */
export const storedRunParams = z.object({
  chartIds: z.array(chartId).max(100).catch([]),
  labels: z.array(z.string()).max(2_000).catch([]),
  model: z.string().max(200).catch('unknown'),
  folds: z.int().nullable().catch(null),
  seed: z.int().nullable().catch(null),
  split: z.string().max(200).nullable().catch(null),
});

/** A figure of a run whose metrics are not those of the model service, as its writer calls it. */
const figure = z.object({ name: z.string(), value: z.union([z.number(), z.string()]) });
export const MAX_FIGURES = 100;

/** A run without its log, as lists hold it. */
export const runSummarySchema = z
  .object({
    id: runId,
    /** As people call it; null for one that nobody named. */
    name: z.string().nullable(),
    status: runStatus,
    params: storedRunParams,
    metrics: runMetrics.nullable(),
    /** What the run measured otherwise; nested names are joined by a dot. */
    figures: z.array(figure).max(MAX_FIGURES),
    /** 0 to 1. */
    progress: z.number(),
    stage: z.string().nullable(),
    error: z.string().nullable(),
    /** Unix seconds. */
    queuedAt: z.number(),
    startedAt: z.number().nullable(),
    finishedAt: z.number().nullable(),
  })
  .meta({ id: 'RunSummary' });
export type RunSummary = z.infer<typeof runSummarySchema>;
export const trainingRunSchema = runSummarySchema
  .extend({ log: z.string() })
  .meta({ id: 'TrainingRun' });
export type TrainingRun = z.infer<typeof trainingRunSchema>;

/** Whether a model service is connected to the database, seen without asking it. */
export type ServiceState = { connected: boolean };
