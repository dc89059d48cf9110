import * as z from 'zod';
import {
  type ImportEvent,
  KEPT_PROBLEMS,
  MAX_GAPS,
  MAX_TILES,
  MAX_WINDOW,
  mappingSchema,
} from '@/contract/candles';
import type { Api } from '../api';

const column = z.array(z.number()).max(MAX_WINDOW);
const problem = z
  .object({ line: z.int(), reason: z.string(), severity: z.enum(['error', 'warning']) })
  .meta({ id: 'ImportProblem' });
const findings = {
  rows: z.int(),
  problems: z.array(problem).max(2 * KEPT_PROBLEMS),
  problemCount: z.int(),
  errorCount: z.int(),
};
const changes = z
  .object({
    added: z.int(),
    replaced: z.int(),
    identical: z.int(),
    firstTime: z.number(),
    lastTime: z.number(),
    timeframe: z.int().nullable(),
    chartTimeframe: z.int().nullable(),
  })
  .meta({ id: 'ImportChanges' });
const importEvent = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('progress'),
      phase: z.enum(['reading', 'checking', 'storing']),
      rows: z.int(),
      bytes: z.int(),
      totalBytes: z.int(),
      elapsedMs: z.number(),
    }),
    z.object({ type: z.literal('refused'), ...findings }),
    z.object({ type: z.literal('preview'), changes, ...findings }),
    z.object({
      type: z.literal('done'),
      chartId: z.int(),
      chartName: z.string(),
      changes: changes.nullable(),
      candles: z.int(),
      firstTime: z.number(),
      lastTime: z.number(),
      timeframe: z.int(),
      ...findings,
    }),
  ])
  .meta({ id: 'ImportEvent' });
const upload = { NOT_FOUND: 'The upload is not there, or not any more.' };
const OVERLAP = 'An append that is not after the chart’s last candle.';

export const candlesApi = {
  pyramid: {
    summary:
      'The timeframes and levels of detail that the chart can be read at, under its data revision.',
    output: z.object({
      dataRev: z.int(),
      timeframes: z
        .array(z.object({ timeframe: z.int(), bars: z.int(), topLevel: z.int() }))
        .max(20),
    }),
  },
  tiles: {
    summary:
      'Packed groups of 1,024 bars; decode them with `src/contract/tile-codec.ts`. They never change under a data revision, and browsers keep them.',
    output: z.array(z.object({ seq: z.int(), bytes: z.string() })).max(MAX_TILES),
    errors: { NOT_FOUND: 'The candles have changed since `dataRev`: ask for the pyramid again.' },
  },
  locate: {
    summary: 'The index of the bar at a time or, between two bars, before it.',
    output: z.object({ bar: z.int() }),
    errors: { NOT_FOUND: 'The chart has no bars of this timeframe.' },
  },
  window: {
    summary: 'Plain candles as columns, oldest first; `next` is the time to go on from.',
    output: z.object({
      time: column,
      open: column,
      high: column,
      low: column,
      close: column,
      volume: z.array(z.number().nullable()).max(MAX_WINDOW),
      next: z.number().nullable(),
    }),
  },
  gaps: {
    summary:
      'Pauses between candles that are out of the ordinary for the chart: of no more than four a year, or three in all, that are about as long. A weekend counts for nothing where no Saturday has candles. The longest are listed, in order of time.',
    output: z.object({
      count: z.int(),
      gaps: z.array(z.object({ after: z.number(), before: z.number() })).max(MAX_GAPS),
    }),
  },
  upload: {
    summary:
      'Adds the next piece of a file, base64, at most 1 MiB. The answer is how much has arrived; a repeated piece is taken once.',
    output: z.object({ size: z.int() }),
    errors: { CONFLICT: 'The piece does not follow what has arrived.', ...upload },
  },
  inspect: {
    summary: 'How an uploaded file would be read, its first rows, and what it leaves open.',
    output: z.object({
      format: z.string(),
      mapping: mappingSchema,
      header: z.array(z.string()).max(200).nullable(),
      rows: z.array(z.array(z.string()).max(200)).max(8),
      candles: z
        .array(
          z.union([
            z.object({
              time: z.number(),
              open: z.number(),
              high: z.number(),
              low: z.number(),
              close: z.number(),
              volume: z.number().nullable(),
            }),
            z.object({ error: z.string() }),
          ]),
        )
        .max(8),
      questions: z
        .array(
          z.object({
            field: z.enum(['timeFormat', 'timeZone']),
            text: z.string(),
            options: z.array(z.string()).max(1_000),
          }),
        )
        .max(10),
    }),
    errors: upload,
  },
  previewImport: {
    summary:
      'What appending or merging an uploaded file would change in a chart; nothing is stored. Progress comes first, `preview` or `refused` last.',
    stream: true,
    output: importEvent as z.ZodType<ImportEvent>,
    errors: { ...upload, CONFLICT: OVERLAP },
  },
  import: {
    summary:
      'Imports an uploaded file into a new chart, or after or among the candles of one that is there. Progress comes first, `done` or `refused` last: a bad row refuses the file unless the good ones are asked for. Going away cancels it, and nothing is left.',
    stream: true,
    output: importEvent as z.ZodType<ImportEvent>,
    errors: {
      NOT_FOUND: 'The upload or the chart is not there.',
      CONFLICT: `${OVERLAP} Or another import into it is under way.`,
    },
  },
  discard: { summary: 'Forgets an uploaded file.', output: z.void() },
} satisfies Api<'candles'>;
