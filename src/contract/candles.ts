import * as z from 'zod';
import { chartName } from './charts';
import { chartId, inOrder, inOrderMessage, utcSeconds, windowFields } from './common';

/** Candles as columns, oldest first, all of one length. */
export type CandleColumns = {
  /** Unix seconds. */
  time: number[];
  open: number[];
  high: number[];
  low: number[];
  close: number[];
  volume: (number | null)[];
};

export const MAX_WINDOW = 10_000;
export const windowInput = z
  .strictObject({ chartId, ...windowFields, limit: z.int().min(1).max(MAX_WINDOW).default(5_000) })
  .refine(inOrder, inOrderMessage);
/** `next` is the time to ask from when the window held more than `limit` candles. */
export type CandleWindow = CandleColumns & { next: number | null };

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
 * chart. The time of a bar, merged or not, is that of its first candle.
 */
export type Pyramid = { dataRev: number; timeframes: TimeframePyramid[] };

export const pyramidInput = z.strictObject({ chartId });

/** Seconds per bar. */
const timeframe = z.int().min(1).max(2_147_483_647);
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
export type Gap = { after: number; before: number };
/** `gaps` are the longest of `count`, in order of time. */
export type Gaps = { count: number; gaps: Gap[] };
export const longestGap = ({ gaps }: Gaps): Gap | undefined =>
  gaps.toSorted((a, b) => b.before - b.after - (a.before - a.after))[0];

export const uploadId = z.uuid();
export const discardInput = z.strictObject({ uploadId });
/** Bytes of a file per upload call. */
export const UPLOAD_CHUNK = 1 << 20;
export const MAX_UPLOAD = 8 * 2 ** 30;
export const uploadInput = z.strictObject({
  uploadId,
  offset: z.int().min(0).max(MAX_UPLOAD),
  /** base64 */
  bytes: z.base64().max(Math.ceil(UPLOAD_CHUNK / 3) * 4),
});

/** What each column of the file is; the index is its place, from 0. */
export const columnRole = z.enum([
  'time',
  'date',
  'clock',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'ignore',
]);
export type ColumnRole = z.infer<typeof columnRole>;

export const timeFormat = z.enum([
  'unix-s',
  'unix-ms',
  'unix-us',
  'iso',
  'yyyymmdd',
  'dmy',
  'mdy',
  'ymd',
  'd-mon-y',
]);
export type TimeFormat = z.infer<typeof timeFormat>;

/** How a file is read. Import looks at the file and proposes one; a person may change it. */
export const mappingSchema = z.strictObject({
  delimiter: z.enum([',', ';', '\t', '|']),
  /** Lines before the first row of data, the header included. */
  skipLines: z.int().min(0).max(100),
  columns: z.array(columnRole).min(2).max(200),
  timeFormat,
  /** IANA zone of times that carry no offset. */
  timeZone: z.string().min(1).max(64),
  decimalComma: z.boolean(),
});
export type Mapping = z.infer<typeof mappingSchema>;

export type Inspection = {
  /** What it looks like, for people: "CSV with header", "Yahoo", "Binance klines". */
  format: string;
  mapping: Mapping;
  /** The header's names, or null. */
  header: string[] | null;
  /** The first rows as read, at most 8, cells by column. */
  rows: string[][];
  /** The same rows as candles under the mapping, or the reason why a row is none. */
  candles: (
    | {
        time: number;
        open: number;
        high: number;
        low: number;
        close: number;
        volume: number | null;
      }
    | { error: string }
  )[];
  /** Choices that the file leaves open, such as day before month; each must be answered. */
  questions: { field: 'timeFormat' | 'timeZone'; text: string; options: string[] }[];
};

export const inspectInput = z.strictObject({
  uploadId,
  fileName: z.string().min(1).max(500),
  mapping: mappingSchema.optional(),
});

/** What to do with a high or low that does not enclose open and close. */
export const enclosePolicy = z.enum(['keep', 'widen', 'drop']);
export type EnclosePolicy = z.infer<typeof enclosePolicy>;
/** Adds candles after the chart's last one, or puts them in place, where a file's candle wins. */
const intoChart = z.strictObject({ mode: z.enum(['append', 'merge']), chartId });
export type IntoChart = z.infer<typeof intoChart>;
/** Where a file's candles go; a name that is taken gets `-2`, `-3`, … */
export const importTarget = z.union([
  z.strictObject({ mode: z.literal('new'), chartName }),
  intoChart,
]);
export type ImportTarget = z.infer<typeof importTarget>;

export const importInput = z.strictObject({
  uploadId,
  fileName: z.string().min(1).max(500),
  target: importTarget,
  mapping: mappingSchema,
  enclose: enclosePolicy.default('keep'),
  /** Store the good rows and list the rest; otherwise one bad row refuses the file. */
  acceptGoodRows: z.boolean().default(false),
});
export const previewImportInput = importInput.omit({ target: true }).extend(intoChart.shape);

/** What a file does to the candles of a chart; a volume that it does not give is kept. */
export type ImportChanges = {
  /** Candles of times that the chart does not have. */
  added: number;
  /** Candles that take the place of one with other values. */
  replaced: number;
  /** Candles that the chart has as they are. */
  identical: number;
  /** The file's own range. */
  firstTime: number;
  lastTime: number;
  /** Seconds between the file's candles; null for a single one. */
  timeframe: number | null;
  /** That of the chart before; null while it is empty. */
  chartTimeframe: number | null;
};

export type ImportProblem = {
  /** 1 is the file's first line. */
  line: number;
  reason: string;
  /** A warning does not refuse the file. */
  severity: 'error' | 'warning';
};

/** How many problems of each severity are kept; more are counted only. */
export const KEPT_PROBLEMS = 10_000;

export type ImportFindings = {
  /** Rows of data in the file, bad ones included. */
  rows: number;
  /** By line. */
  problems: ImportProblem[];
  /** Of all there are, warnings included. */
  problemCount: number;
  errorCount: number;
};

/** What `candles.import` yields; the last one is `done` or `refused`, of a preview `preview`. */
export type ImportEvent =
  | {
      type: 'progress';
      /** Reading the file, sorting and comparing its candles, writing them and their tiles. */
      phase: 'reading' | 'checking' | 'storing';
      /** Rows read; while storing, candles whose tiles are built. */
      rows: number;
      bytes: number;
      totalBytes: number;
      elapsedMs: number;
    }
  | ({ type: 'refused' } & ImportFindings)
  | ({ type: 'preview'; changes: ImportChanges } & ImportFindings)
  | ({
      type: 'done';
      chartId: number;
      chartName: string;
      /** What it did to a chart that was there; null for a new one. */
      changes: ImportChanges | null;
      /** What the chart holds now. */
      candles: number;
      firstTime: number;
      lastTime: number;
      timeframe: number;
    } & ImportFindings);
