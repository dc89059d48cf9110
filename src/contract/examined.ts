import * as z from 'zod';
import {
  asker,
  chartId,
  inOrder,
  inOrderMessage,
  name,
  openWindowFields,
  rev,
  storedTime,
  topic,
  utcSeconds,
} from './common';
import type { UtcSeconds } from './units';

/** Who or what says that a range was looked at, from the weakest to the strongest. */
export const EXAMINED_SOURCES = ['review', 'import', 'viewed', 'done'] as const;
export const examinedSource = z.enum(EXAMINED_SOURCES);
export type ExaminedSource = z.infer<typeof examinedSource>;

/** Names of the span labels that were looked for; null stands for all of them. */
export const labelSet = z.array(name(100)).min(1).max(200).nullable();

/** Bars that a person has looked at; both ends are times of candles and belong to it. */
export const examinedRangeSchema = z
  .object({
    id: z.int(),
    uid: z.uuid(),
    chartId,
    startTime: storedTime,
    endTime: storedTime,
    labelSet: z.array(z.string()).max(200).nullable(),
    source: examinedSource,
    rev,
    /** Unix seconds. */
    createdAt: storedTime,
    /** The user's id. */
    createdBy: z.string(),
  })
  .meta({ id: 'ExaminedRange' });
export type ExaminedRange = z.infer<typeof examinedRangeSchema>;

/** What ranges a chart can hold; marking merges them, so people stay far below it. */
export const MAX_RANGES = 20_000;
export const listExaminedInput = z
  .strictObject({
    chartId,
    ...openWindowFields,
    limit: z.int().min(1).max(MAX_RANGES).default(MAX_RANGES),
  })
  .refine(inOrder, inOrderMessage);

/** How many of a chart's candles somebody has examined, whatever for. */
export const examinedCountSchema = z.object({ examined: z.int(), candles: z.int() });
export const countExaminedInput = z.strictObject({ chartId });

const bars = { startTime: utcSeconds, endTime: utcSeconds };
export const barsInOrder = (range: { startTime: UtcSeconds; endTime: UtcSeconds }) =>
  range.startTime <= range.endTime;
export const barsInOrderMessage = 'startTime must not be after endTime';

export const markExaminedInput = z
  .strictObject({
    chartId,
    ...bars,
    labelSet: labelSet.default(null),
    source: z.enum(['done', 'viewed']).default('done'),
  })
  .refine(barsInOrder, barsInOrderMessage);

export const unmarkExaminedInput = z
  .strictObject({
    chartId,
    ...bars,
    /** The ranges of this set only; without it, of any. */
    labelSet: labelSet.optional(),
  })
  .refine(barsInOrder, barsInOrderMessage);

/** Ranges that a change took away and those that it made. */
export const examinedChangeSchema = z.object({
  rev,
  created: z.array(examinedRangeSchema).max(MAX_RANGES),
  deleted: z.array(examinedRangeSchema).max(MAX_RANGES),
});
export type ExaminedChange = z.infer<typeof examinedChangeSchema>;

/** Takes back what a revision did to the caller's ranges, as one more revision. */
export const revertExaminedInput = z.strictObject({ chartId, rev });

/** Windows told before that nobody has looked at yet: they are not told again. */
const window = z.strictObject({ chartId, ...bars });
const skip = z.array(window).max(20).default([]);
/** Without a chart, of all that the caller sees. */
export const labelNextInput = z.strictObject({ chartId: chartId.optional(), skip, asker });

/** What the model service is notified of. */
export const labelNextRequest = z.strictObject({
  chartIds: z.array(chartId).max(500),
  /** The run whose proposals are looked at; null where there is none, and it goes without a model. */
  runId: z.int().nullable(),
  skip,
  asker,
  topic,
});

/** The window to look at now; the rest says why. */
export const nextWindowSchema = z.object({
  chartId,
  startTime: storedTime,
  endTime: storedTime,
  /** The run that is unsure; null where the window was chosen without one. */
  runId: z.int().nullable(),
  label: z.string().nullable(),
  score: z.number().nullable(),
  /** 0 to 1: 1 less the likeness to the labelled span most like it; null where none is labelled. */
  novelty: z.number().nullable(),
  /** 0 to 1: how far the two halves of the model are apart. */
  disagreement: z.number().nullable(),
  /** 0 to 1: of the chart's bars, those that somebody has examined or answered. */
  examinedShare: z.number(),
});
export type NextWindow = z.infer<typeof nextWindowSchema>;
export const labelNextAnswer = z.object({
  /** Null where nothing is left to look at, or for the problem. */
  window: nextWindowSchema.nullable(),
  problem: z.string().max(1_000).nullable(),
});
export type LabelNextAnswer = z.infer<typeof labelNextAnswer>;
