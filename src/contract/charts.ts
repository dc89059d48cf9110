import * as z from 'zod';
import { chartId, name, rev, storedTime, zoneName } from './common';

export const chartSchema = z
  .object({
    id: chartId,
    name: z.string(),
    symbol: z.string().nullable(),
    /** Seconds between candles; null while the chart is empty. */
    timeframe: z.number().nullable(),
    pricePrecision: z.number(),
    candleCount: z.number(),
    /** Unix seconds. */
    firstTime: storedTime.nullable(),
    lastTime: storedTime.nullable(),
    /** IANA name of its exchange's time zone, as somebody has said it. */
    exchangeZone: z.string().nullable(),
    rev,
    dataRev: z.number(),
    createdAt: storedTime,
  })
  .meta({ id: 'Chart' });
export type Chart = z.infer<typeof chartSchema>;

export const chartName = name(200);
export const createChartInput = z.strictObject({ name: chartName });
export const renameChartInput = z.strictObject({ chartId, name: chartName });
export const setExchangeZoneInput = z.strictObject({ chartId, zone: zoneName.nullable() });
export const chartInput = z.strictObject({ chartId });

/** For so long a deleted chart can be restored. */
export const DAYS_TO_RESTORE = 30;
export const deletedChartSchema = z
  .object({
    id: chartId,
    /** The one that it had, and gets again unless that is taken. */
    name: z.string(),
    candleCount: z.number(),
    deletedAt: storedTime,
  })
  .meta({ id: 'DeletedChart' });
export type DeletedChart = z.infer<typeof deletedChartSchema>;

/** What goes with a chart when it is deleted; the UI says it before asking. */
export const chartContentsSchema = z
  .object({ candles: z.int(), annotations: z.int(), spans: z.int(), predictions: z.int() })
  .meta({ id: 'ChartContents' });
export type ChartContents = z.infer<typeof chartContentsSchema>;

export const MAX_CHARTS = 10_000;
const MAX_LABELS = 2_000;

/** What a list of charts tells of one beside the chart itself. */
export const chartOverviewSchema = z
  .object({
    chartId,
    /** Spans by label, most first; those that say that there is no pattern are left out. */
    spans: z.array(z.object({ label: z.string(), count: z.int() })).max(MAX_LABELS),
    /** How many of them the example's rule made. */
    exampleSpans: z.int(),
    /** How many annotations have candles that changed since somebody looked, and the first of them. */
    stale: z
      .object({
        count: z.int(),
        first: z.object({
          uid: z.uuid(),
          entity: z.enum(['span', 'annotation']),
          startTime: storedTime,
          endTime: storedTime,
        }),
      })
      .nullable(),
    /** The newest change of its annotations: when, and the name of who made it. */
    lastWork: z.object({ at: storedTime, by: z.string() }).nullable(),
  })
  .meta({ id: 'ChartOverview' });
export type ChartOverview = z.infer<typeof chartOverviewSchema>;

/** Places across a picture of a chart that a span is told of; of several at one, the first of each label. */
export const PICTURE_PLACES = 184;
const bars = z.object({ startTime: storedTime, endTime: storedTime });
const MAX_STRETCHES = 2_000;

/** What is drawn over a small picture of a chart's whole history. */
export const chartPictureSchema = z
  .object({
    spans: z.array(bars.extend({ label: z.string() })).max(MAX_LABELS),
    /** What somebody has examined, in order and apart; the first 2,000 stretches. */
    examined: z.array(bars).max(MAX_STRETCHES),
    /** Candles in them. */
    examinedCandles: z.int(),
  })
  .meta({ id: 'ChartPicture' });
export type ChartPicture = z.infer<typeof chartPictureSchema>;
