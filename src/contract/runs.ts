import * as z from 'zod';
import { chartId, name } from './common';

export const runStatus = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']);
export type RunStatus = z.infer<typeof runStatus>;

/** What a person chooses for a training run. */
export const runParams = z.strictObject({
  chartIds: z.array(chartId).min(1).max(100),
  /** Label names to learn; empty means every label that has spans on these charts. */
  labels: z.array(name(100)).max(200).default([]),
  model: z.enum(['ensemble', 'lightgbm', 'forest', 'template']).default('ensemble'),
  folds: z.int().min(2).max(20).default(5),
  seed: z.int().min(0).max(2_147_483_647).default(0),
  /**
   * `combinatorial` tests each two of at most 6 blocks of time by the others. `random` tests on neighbours
   * of what it trains on: it is there for comparison, by name alone.
   */
  split: z.enum(['purged', 'walk_forward', 'combinatorial', 'random']).default('purged'),
});
export type RunParams = z.infer<typeof runParams>;
export const queueRunInput = runParams.extend({ name: name(100).nullable().default(null) });

export const runId = z.int().min(1).max(2_147_483_647);
export const runInput = z.strictObject({ runId });
export const renameRunInput = z.strictObject({ runId, name: name(100).nullable() });
export const listRunsInput = z.strictObject({
  chartId,
  limit: z.int().min(1).max(200).default(50),
});

/** What a run leaves to be reviewed beside its own predictions: runs without a model, of which lists of models do not tell. */
export const CHECKS = ['label-errors', 'missed', 'candlesticks', 'chart-patterns'] as const;
export const listWaitingInput = z.strictObject({
  limit: z.int().min(1).max(20).default(3),
  of: z.enum(['models', ...CHECKS]).default('models'),
});

export const listAllRunsInput = z.strictObject({
  limit: z.int().min(1).max(200).default(100),
});

/** As many labels as there may be, "none" and those of deleted types. */
const MAX_CLASSES = 2_000;
/** Of 90 %, by a bootstrap over blocks of time. */
const interval = z.tuple([z.number(), z.number()]);
/** A figure with what it is to be held against; null where that was not measured. */
const measured = z.object({
  value: z.number(),
  interval: interval.nullable(),
  /**
   * The same predictions against people's spans moved in two ways, mean of 20 draws each, the higher of
   * both: each to a random examined place; and all together along what was examined.
   */
  chance: z.number().nullable(),
  /** Template search, tested on the same folds. */
  baseline: z.number().nullable(),
});
export type Measured = z.infer<typeof measured>;
/** Bars of the chart that the starts and the ends of matched spans are off by, median. */
const boundaryError = z.object({
  start: z.number(),
  end: z.number(),
  /** Of the mean of both; not of runs of earlier versions, nor of labels with fewer than 10 spans. */
  interval: interval.nullish(),
});

const labelMetrics = z.object({
  label: z.string(),
  /** Spans that people labelled. */
  support: z.number(),
  /** Spans that the model found. */
  predicted: z.number(),
  precision: z.number(),
  recall: z.number(),
  f1: z.number(),
  /** Of `f1`, as are chance and baseline; a label with fewer than 10 spans has none of them. */
  interval: interval.nullish(),
  chance: z.number().optional(),
  baseline: z.number().optional(),
  boundaryError: boundaryError.optional(),
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
    /** At `threshold`, over all folds together; matched one to one at IoU ≥ 0.5. */
    quality: z
      .object({
        /** Over all scores and labels, mean over IoU 0.3, 0.5 and 0.7. */
        meanAp: measured,
        f1: measured,
        precision: measured,
        recall: measured,
        /** Spans by people that were tested, those found of them, and predictions shown. */
        spans: z.int(),
        found: z.int(),
        shown: z.int(),
        boundaryError: boundaryError.nullable(),
      })
      .optional(),
    /** From high thresholds to low ones. */
    curve: z
      .array(
        z.object({
          threshold: z.number(),
          precision: z.number(),
          recall: z.number(),
          /** Of `precision`. */
          interval: interval.nullable(),
        }),
      )
      .max(200)
      .optional(),
    /** Template search in place of the model, likewise. */
    baselineCurve: z
      .array(z.object({ precision: z.number(), recall: z.number() }))
      .max(200)
      .optional(),
    /** Per bin of the score that is shown: its mean, the share that is right, predictions. */
    scoreCalibration: z
      .array(
        z.object({
          predicted: z.number(),
          observed: z.number(),
          count: z.number(),
          /** Of `observed`. */
          interval: interval.nullable(),
        }),
      )
      .max(50)
      .optional(),
    /** Mean distance of score and share right, weighted by predictions. */
    calibrationError: z.number().optional(),
    /** F1 with fewer spans, the last point being all of them. */
    learningCurve: z
      .array(z.object({ spans: z.int(), f1: z.number(), interval: interval.nullable() }))
      .max(20)
      .optional(),
    /** What `count` spans more should bring in F1. */
    nextSpans: z.object({ count: z.int(), gain: interval }).optional(),
    perLabel: z.array(labelMetrics).max(MAX_CLASSES),
    /** Rows: people; columns: model; the last of both is "none". Spans matched at IoU ≥ 0.5 whatever the label. */
    confusion: z.object({
      labels: z.array(z.string()).max(MAX_CLASSES),
      counts: z.array(z.array(z.number()).max(MAX_CLASSES)).max(MAX_CLASSES),
    }),
    /** Share of total gain, highest first, at most 30. */
    importance: z.array(z.object({ feature: z.string(), share: z.number() })).max(30),
    /** `scoreCalibration` without its intervals; of candles in runs of earlier versions. */
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
    /** Whether candles that it learnt from are others now, or gone: its figures are of the old ones. */
    isStale: z.boolean(),
    /** Whether a label that it learnt was renamed or deleted since. */
    hasGoneLabels: z.boolean(),
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

/** What a run saw of a chart, and what has become of that since. */
const runChart = z.object({
  id: z.int(),
  name: z.string(),
  candles: z.number(),
  spans: z.number(),
  /** Of these, the ones whose candles had changed since anybody looked; null for a run that has not said. */
  staleSpans: z.number().nullable(),
  examinedCandles: z.number().nullable(),
  /** Null for a run from before examined ranges were kept. */
  examinedRanges: z.number().nullable(),
  /** Unix seconds of the first and last candle. */
  from: z.number(),
  to: z.number(),
  /** First and last bar that it learnt from here; null for a run that has not said. */
  trainedFrom: z.number().nullable(),
  trainedTo: z.number().nullable(),
  /** What it is now: gone, with other candles, with other annotations, or as the run saw it. */
  state: z.enum(['deleted', 'candles-changed', 'labels-changed', 'same']),
});
/** `training_runs.dataset`, as far as people are shown it. */
export const runDatasetSchema = z
  .object({
    charts: z.array(runChart).max(100),
    labels: z.array(z.object({ label: z.string(), spans: z.number() })).max(MAX_CLASSES),
    /** SHA-256 of everything that went in: the same inputs give the same model. */
    sha256: z.string(),
    /** Labels of the run that no label is called by any more. */
    goneLabels: z.array(z.string()).max(MAX_CLASSES),
  })
  .meta({ id: 'RunDataset' });
export type RunDataset = z.infer<typeof runDatasetSchema>;

export const trainingRunSchema = runSummarySchema
  .extend({ log: z.string(), dataset: runDatasetSchema.nullable() })
  .meta({ id: 'TrainingRun' });
export type TrainingRun = z.infer<typeof trainingRunSchema>;

/** What has become of proposals on a chart; one that was given another label is a no. */
export const answersOnChart = z.object({
  chartId,
  name: z.string(),
  open: z.int(),
  yes: z.int(),
  no: z.int(),
});
export const MAX_WAITING_CHARTS = 10_000;

/** What the score of a known pattern's candidates rests on: hits of all its signals in examined bars. */
const evidenceSchema = z.object({
  chartId,
  name: z.string().max(100),
  signals: z.int().min(1),
  hits: z.int().min(0),
});
const MAX_EVIDENCE = 10_000;
export const evidenceList = z.array(evidenceSchema).max(MAX_EVIDENCE);

/** A run's predictions from its threshold on; open are those that no person's span settles. */
export const waitingRunSchema = z
  .object({
    id: runId,
    name: z.string().nullable(),
    /** Score from which its predictions count. */
    threshold: z.number(),
    /** Spans by people that it learnt from; null where it does not say. */
    spans: z.int().nullable(),
    charts: z.array(answersOnChart).max(MAX_WAITING_CHARTS),
    /** Of known patterns; of others none. */
    evidence: evidenceList,
  })
  .meta({ id: 'WaitingRun' });
export type WaitingRun = z.infer<typeof waitingRunSchema>;

/** Whether a model service is connected to the database, seen without asking it. */
export type ServiceState = { connected: boolean };
