import * as z from 'zod';
import { asker, chartId, name, storedTime, topic, utcSeconds } from './common';
import { answersOnChart, runId, runStatus } from './runs';
import { NEGATIVE_LABEL } from './spans';

/** The model of a run that looks for what is like one example; its predictions are the candidates. */
export const SEARCH_MODEL = 'search';
export const MAX_CANDIDATES = 200;
export const MAX_KEPT = 50;
/** After so many answers more the candidates are ranked anew. */
export const ANSWERS_PER_RANKING = 10;
const predictionId = z.int().min(1);

/** First and last candle of what is looked for; both belong to it. */
const example = z.strictObject({ chartId, startTime: utcSeconds, endTime: utcSeconds });
const ordered = ({ startTime, endTime }: { startTime: number; endTime: number }) =>
  startTime <= endTime;
const orderedMessage = { error: 'startTime must not be after endTime', path: ['startTime'] };
const charts = z.array(chartId).min(1).max(100);
const limit = z.int().min(1).max(MAX_CANDIDATES).default(40);
const until = utcSeconds.nullable().default(null);

/** `training_runs.params` of a search, as the model service reads it. */
export const searchParams = z.strictObject({
  model: z.literal(SEARCH_MODEL),
  /** Charts that are searched; the example's is one of them. */
  chartIds: charts,
  /** What the example is an example of. */
  labels: z.array(name(100)).length(1),
  query: example,
  /** Candidates that are kept, of all charts together. */
  limit,
  /** Candles after it are not looked at. */
  until,
  /** Answers that the ranking learns from; 0 where it goes by likeness to the example alone. */
  answers: z.int().min(0).default(0),
  /** Candidates that stay when others are found: somebody may be answering them now. */
  keep: z.array(predictionId).max(MAX_KEPT).default([]),
});
export type SearchParams = z.output<typeof searchParams>;

export const startSearchInput = z
  .strictObject({
    ...example.shape,
    label: name(100).refine((label) => label !== NEGATIVE_LABEL, 'must be the label of a pattern'),
    /** Charts to search beside the example's own. */
    otherCharts: z.array(chartId).max(99).default([]),
    limit,
    until,
  })
  .refine(ordered, orderedMessage);
export type SearchWanted = Omit<z.output<typeof startSearchInput>, 'chartId'>;

export const rankSearchInput = z.strictObject({
  chartId,
  runId,
  keep: z.array(predictionId).max(MAX_KEPT).default([]),
});

/** Windows that are shown while the edges of an example move. */
export const MAX_LIVE_MATCHES = 40;

const liveShape = {
  ...example.shape,
  label: name(100),
  until,
  asker,
};
export const liveSearchInput = z.strictObject(liveShape).refine(ordered, orderedMessage);

/** What the model service is notified of; it answers to `topic`. Nothing of it is stored. */
export const liveSearchRequest = z.strictObject({
  ...liveShape,
  topic,
});
export type LiveSearchRequest = z.input<typeof liveSearchRequest>;

/** What the model service answers, and this server's client is told. */
export const liveAnswer = z.object({
  /** Best first; null where there is a problem, or a newer question of the same asker took its place. */
  matches: z
    .array(z.object({ startTime: storedTime, endTime: storedTime, score: z.number() }))
    .max(MAX_LIVE_MATCHES)
    .nullable(),
  /** A sentence on why nothing could be looked for. */
  problem: z.string().max(1_000).nullable(),
});
export type LiveAnswer = z.infer<typeof liveAnswer>;

export const listSearchesInput = z.strictObject({
  chartId,
  limit: z.int().min(1).max(100).default(20),
});

export const listAllSearchesInput = z.strictObject({
  limit: z.int().min(1).max(100).default(20),
});

export const searchSchema = z
  .object({
    /** Of the run whose predictions are the candidates; their score is the correlation with the example. */
    id: runId,
    status: runStatus,
    label: z.string(),
    query: z.object({ chartId, startTime: storedTime, endTime: storedTime }),
    limit: z.int(),
    until: storedTime.nullable(),
    /** Answers that the ranking of the candidates has learnt from. */
    answers: z.int(),
    error: z.string().nullable(),
    /** Unix seconds. */
    queuedAt: storedTime,
    finishedAt: storedTime.nullable(),
    /** The charts that were searched. */
    charts: z.array(answersOnChart).max(100),
    /** The newest answers that were given one by one, at most 20: how many there are, and how many of them are a yes. */
    latest: z.object({ count: z.int(), yes: z.int() }),
  })
  .meta({ id: 'Search' });
export type Search = z.infer<typeof searchSchema>;
