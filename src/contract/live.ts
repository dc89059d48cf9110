import * as z from 'zod';
import { annotationSchema } from './annotations';
import { chartId, MAX_DIFF, rev } from './common';
import { examinedRangeSchema } from './examined';
import { spanSchema } from './spans';

/** More changed rows than this are read anew rather than sent one by one. */
export const MAX_BEHIND = MAX_DIFF;

export const followInput = z.strictObject({
  chartId,
  /** The revision up to which the caller knows the chart. */
  since: rev,
  /** The data revision that the caller has the candles of; without it, they are not followed. */
  dataRev: z.int().min(0).optional(),
  /** That of the last event; the client's link sets it when it connects again. */
  lastEventId: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional(),
});

/** As many charts as one stream follows. */
export const MAX_FOLLOWED = 32;

export const followChartsInput = z.strictObject({
  charts: z
    .array(followInput.omit({ lastEventId: true }))
    .min(1)
    .max(MAX_FOLLOWED),
  /** That of the last event: each chart with its revision. The client's link sets it. */
  lastEventId: z
    .string()
    .regex(/^\d{1,10}:\d{1,15}(,\d{1,10}:\d{1,15}){0,31}$/)
    .optional(),
});

/**
 * The next revision of the chart, word that there are too many to tell: read it all again, or that
 * its candles are others now.
 */
export const chartEvent = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('changes'),
      rev,
      /** Rows that were created or updated, as that revision left them. */
      spans: z.array(spanSchema).max(MAX_BEHIND),
      annotations: z.array(annotationSchema).max(MAX_BEHIND),
      examined: z.array(examinedRangeSchema).max(MAX_BEHIND),
      /** Uids of rows that were deleted. */
      deleted: z.array(z.uuid()).max(MAX_BEHIND),
    }),
    z.object({ type: z.literal('resync'), rev }),
    z.object({ type: z.literal('candles'), rev, dataRev: z.int() }),
  ])
  .meta({ id: 'ChartEvent' });
export type ChartEvent = z.infer<typeof chartEvent>;
export type ChartChanges = Extract<ChartEvent, { type: 'changes' }>;

/** What happened to one of the charts; null says that it is there no more, for the caller at least. */
export const followedEvent = z
  .object({ chartId, event: chartEvent.nullable() })
  .meta({ id: 'FollowedEvent' });
