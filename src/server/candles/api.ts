import * as z from 'zod';
import {
  MAX_GAPS,
  MAX_MEASURED,
  MAX_TILES,
  MAX_WINDOW,
  measuresSchema,
  NEWEST_TILES,
} from '@/contract/candles';
import type { Api } from '../api';

const encodedTile = { seq: z.int(), bytes: z.string() };
const column = z.array(z.number()).max(MAX_WINDOW);
export const candlesApi = {
  pyramid: {
    summary:
      'The timeframes and levels of detail that the chart can be read at, under its data revision, and the tiles that it opens with.',
    output: z.object({
      dataRev: z.int(),
      timeframes: z
        .array(z.object({ timeframe: z.int(), bars: z.int(), topLevel: z.int() }))
        .max(20),
      tiles: z.array(z.object({ level: z.int(), ...encodedTile })).max(NEWEST_TILES + 1),
    }),
  },
  tiles: {
    summary:
      'Packed groups of 1,024 bars; decode them with `src/contract/tile-codec.ts`. They never change under a data revision, and browsers keep them.',
    output: z.array(z.object(encodedTile)).max(MAX_TILES),
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
  measure: {
    summary:
      'Candles, height, slope and volume of up to 500 ranges, in their order. ATR is the mean true range of the 14 candles up to a range’s last one.',
    output: z.array(measuresSchema).max(MAX_MEASURED),
  },
  gaps: {
    summary:
      'Pauses between candles that are out of the ordinary for the chart: of no more than four a year, or three in all, that are about as long. A weekend counts for nothing where no Saturday has candles. The longest are listed, in order of time.',
    output: z.object({
      count: z.int(),
      gaps: z.array(z.object({ after: z.number(), before: z.number() })).max(MAX_GAPS),
    }),
  },
} satisfies Api<'candles'>;
