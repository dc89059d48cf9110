import * as z from 'zod';
import { chartId, inOrder, inOrderMessage, utcSeconds, windowFields } from './common';
import type { Price, UtcSeconds } from './units';

/** Candles as columns, oldest first, all of one length. */
export type CandleColumns = {
  time: UtcSeconds[];
  open: Price[];
  high: Price[];
  low: Price[];
  close: Price[];
  volume: (number | null)[];
};

export const MAX_WINDOW = 10_000;
export const windowInput = z
  .strictObject({ chartId, ...windowFields, limit: z.int().min(1).max(MAX_WINDOW).default(5_000) })
  .refine(inOrder, inOrderMessage);
/** `next` is the time to ask from when the window held more than `limit` candles. */
export type CandleWindow = CandleColumns & { next: UtcSeconds | null };

export const MAX_MEASURED = 500;
/** A longer range is not measured. */
export const MAX_MEASURED_BARS = 5_000;
/** Candles before a range that its volume is compared with. */
export const VOLUME_BARS = 20;
export const measureInput = z.strictObject({
  chartId,
  ranges: z
    .array(
      z
        .strictObject({ startTime: utcSeconds, endTime: utcSeconds })
        .refine(({ startTime, endTime }) => startTime <= endTime, {
          error: 'startTime must not be after endTime',
        }),
    )
    .max(MAX_MEASURED),
});
/** What can be said of a range from its candles; null where they do not allow it. */
export const measuresSchema = z
  .object({
    /** Its candles; null above 5,000, and then so is the rest. */
    bars: z.int().nullable(),
    /** Highest high less lowest low, in ATR. */
    height: z.number().nullable(),
    /** Slope of the straight line through its closes (least squares), in ATR a candle. */
    slope: z.number().nullable(),
    /** Its mean volume by that of the 20 candles before it. */
    volumeRatio: z.number().nullable(),
  })
  .meta({ id: 'Measures' });
export type Measures = z.infer<typeof measuresSchema>;

export const TILE_BARS = 1_024;
/** A bar of level k+1 merges this many bars of level k. */
export const TILE_FANOUT = 4;
export const MAX_TILES = 16;

export type TimeframePyramid = {
  /** Seconds per bar; a week starts on Monday; 2,592,000 stands for calendar months. */
  timeframe: number;
  /** Bars at level 0. */
  bars: number;
  /** Coarsest level: its bars fit in one tile. */
  topLevel: number;
};
/**
 * The chart's own timeframe comes first, then every coarser one that it divides. Empty for an empty
 * chart. The time of a bar, merged or not, is that of its first candle. `tiles` are those of the chart's
 * own timeframe that it opens with, the top and the newest, so that nothing else has to be asked first.
 */
export type Pyramid = {
  dataRev: number;
  timeframes: TimeframePyramid[];
  tiles: (EncodedTile & { level: number })[];
};
/** A screen's bars fit into one, but the newest is rarely full. */
export const NEWEST_TILES = 2;

export const pyramidInput = z.strictObject({ chartId });

/** Seconds per bar. */
const timeframe = z.number().positive().max(2_147_483_647);
export const tilesInput = z.strictObject({
  chartId,
  /** Tiles are immutable under it; a stale one is NOT_FOUND. */
  dataRev: z.int().min(0),
  timeframe,
  level: z.int().min(0).max(20),
  seqs: z.array(z.int().min(0).max(2_147_483_647)).min(1).max(MAX_TILES),
});
/** A tile's bytes, base64, as stored: decode with tile-codec.ts. */
export type EncodedTile = { seq: number; bytes: string };

/**
 * Asks for the level 0 bar that is at or, between two bars, before `time`; the first bar for
 * anything earlier. The answer is `{ bar }`, its index.
 */
export const locateInput = z.strictObject({
  chartId,
  timeframe,
  time: utcSeconds,
});

export const gapsInput = z.strictObject({ chartId });
export const MAX_GAPS = 1_000;
/** The times of the candles at both sides of a stretch that has none. */
export type Gap = { after: UtcSeconds; before: UtcSeconds };
/** `gaps` are the longest of `count`, in order of time. */
export type Gaps = { count: number; gaps: Gap[] };
export const longestGap = ({ gaps }: Gaps): Gap | undefined =>
  gaps.toSorted((a, b) => b.before - b.after - (a.before - a.after))[0];
