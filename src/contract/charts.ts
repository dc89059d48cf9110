import * as z from 'zod';
import { chartId, name, rev, storedTime } from './common';

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
    rev,
    dataRev: z.number(),
    createdAt: storedTime,
  })
  .meta({ id: 'Chart' });
export type Chart = z.infer<typeof chartSchema>;

export const chartName = name(200);
export const createChartInput = z.strictObject({ name: chartName });
export const renameChartInput = z.strictObject({ chartId, name: chartName });
export const chartInput = z.strictObject({ chartId });

/** What goes with a chart when it is deleted; the UI says it before asking. */
export const chartContentsSchema = z
  .object({ candles: z.int(), annotations: z.int(), spans: z.int(), predictions: z.int() })
  .meta({ id: 'ChartContents' });
export type ChartContents = z.infer<typeof chartContentsSchema>;
