import * as z from 'zod';
import { chartId, storedTime } from './common';

/** How what an empty database can be given is called, so that nobody takes it for work of people. */
export const EXAMPLE = {
  chartName: 'S&P 500 example',
  runName: 'Example',
  /** Of its spans: a rule said them, not a person. */
  source: 'example',
  spans: 60,
} as const;

export const openExampleInput = z.strictObject({});
/** Its chart, and where the last of its spans lie: the rest of the chart is left to be labelled. */
export const openedExampleSchema = z
  .object({ chartId, startTime: storedTime, endTime: storedTime })
  .meta({ id: 'OpenedExample' });
export type OpenedExample = z.infer<typeof openedExampleSchema>;
