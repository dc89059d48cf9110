import * as z from 'zod';
import { chartName } from './charts';
import { chartId, storedTime } from './common';

export const uploadId = z.uuid();
export const discardInput = z.strictObject({ uploadId });
/** Bytes of a file per `uploads.append`. */
export const UPLOAD_CHUNK = 1 << 20;
export const MAX_UPLOAD = 8 * 2 ** 30;
export const appendInput = z.strictObject({
  uploadId,
  offset: z.int().min(0).max(MAX_UPLOAD),
  /** base64 */
  bytes: z.base64().max(Math.ceil(UPLOAD_CHUNK / 3) * 4),
});

/** What each column of the file is; the index is its place, from 0. */
export const columnRole = z.enum([
  'time',
  'date',
  'time-of-day',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'symbol',
  'complete',
  'ignore',
]);
export type ColumnRole = z.infer<typeof columnRole>;

/** How times are written: contract/time-notations.ts says what each reads. */
export const timeFormat = z.enum([
  'unix-s',
  'unix-ms',
  'unix-us',
  'unix-ns',
  'excel',
  'iso',
  'ymd',
  'dmy',
  'mdy',
  'd-mon-y',
  'y-mon-d',
  'yyyymmdd',
  'yymmdd',
  'ddmmyy',
  'year-month',
  'month-year',
  'mon-y',
]);
export type TimeFormat = z.infer<typeof timeFormat>;

/** What the years of dates are counted in. */
export const calendar = z.enum(['gregorian', 'buddhist', 'minguo', 'persian']);
export type Calendar = z.infer<typeof calendar>;

export const MAX_COLUMNS = 1_000;
/** Charts that one file may become. */
export const MAX_INSTRUMENTS = 5_000;
/** Files that one import may read. */
export const MAX_FILES = 500;
/** What to take of a file in which a column names the instrument of each row. */
export const instruments = z.union([
  z.strictObject({ only: z.string().max(200) }),
  /** A chart each. */
  z.literal('each'),
  /** All in one chart: a company that changed its symbol. */
  z.literal('all'),
]);
export type Instruments = z.infer<typeof instruments>;

/** How a file is read. Import looks at the file and proposes one; a person may change it. */
export const mappingSchema = z.strictObject({
  /** Of a file that holds several tables: a file in a zip, a sheet of a workbook. */
  table: z.string().max(500).optional(),
  /** A blank stands for any number of them. */
  delimiter: z.enum([',', ';', '\t', '|', ' ']),
  /** Lines before the first row of data, the header included. */
  skipLines: z.int().min(0).max(100),
  columns: z.array(columnRole).min(2).max(MAX_COLUMNS),
  timeFormat,
  /** Gregorian when left out. */
  calendar: calendar.optional(),
  /** IANA zone or offset from UTC, such as +05:30, of times that carry no offset. */
  timeZone: z.string().min(1).max(64),
  /** Of times of day without colons, leading zeros written: 9 is 09:00 of 2, 00:09 of 4, 00:00:09 of 6. */
  timeOfDayDigits: z.union([z.literal(2), z.literal(4), z.literal(6), z.literal(9)]).optional(),
  decimalComma: z.boolean(),
  /** Prices are divided by it: some vendors write whole billionths. */
  priceDivisor: z.number().min(1).max(1e12).optional(),
  /** Where a column is `symbol`; the one that the file holds when left out. */
  instruments: instruments.optional(),
});
export type Mapping = z.infer<typeof mappingSchema>;

const previewedCandle = z.object({
  time: storedTime,
  open: z.number(),
  high: z.number(),
  low: z.number(),
  close: z.number(),
  volume: z.number().nullable(),
});
/** A choice that a file leaves open, such as day before month. */
const question = z.object({
  /** What of the mapping answers it. */
  field: mappingSchema.keyof(),
  text: z.string(),
  answers: z
    .array(
      z.object({
        label: z.string(),
        /** What it sets of the mapping. */
        sets: mappingSchema.partial(),
        /** The same on the command line. */
        option: z.string(),
      }),
    )
    .max(1_000),
  /** What is done until it is answered; null where nothing is stored before. */
  assumed: z.string().nullable(),
});
export type Question = z.infer<typeof question>;

/** What lines are left out for. */
export const leftOut = z.enum([
  'comment',
  'header',
  'no trade',
  'no prices',
  'footer',
  'duplicate',
  'flat',
  'incomplete',
  'other instrument',
]);
export type LeftOut = z.infer<typeof leftOut>;
/** What they are called where they are counted. */
export const LEFT_OUT: Record<LeftOut, string> = {
  comment: 'comments',
  header: 'the header again',
  'no trade': 'no prices: bars without a trade',
  'no prices': 'no prices: dividends, splits and the like',
  footer: 'behind the last row',
  duplicate: 'the same candle again',
  flat: 'flat bars of volume 0',
  incomplete: 'not complete yet, by the file’s own word',
  'other instrument': 'of other instruments',
};
const leftOutCounts = z
  .array(z.object({ sort: leftOut, lines: z.int() }))
  .max(leftOut.options.length);

export const inspection = z.object({
  /** What it looks like, for people: "Table with a header", "Yahoo Finance", "Binance klines". */
  format: z.string(),
  mapping: mappingSchema,
  /** The file's own names, of every column, or null. */
  header: z.array(z.string()).max(MAX_COLUMNS).nullable(),
  /** The first rows as read, cells by column. */
  rows: z.array(z.array(z.string()).max(MAX_COLUMNS)).max(8),
  /** The same rows as candles under the mapping, or the reason why a row is none. */
  candles: z.array(z.union([previewedCandle, z.object({ error: z.string() })])).max(8),
  questions: z.array(question).max(20),
  /** What a person should know of how it is read, a sentence each. */
  notes: z.array(z.string()).max(20),
  /** The instrument, where the file names one. */
  symbol: z.string().nullable(),
  /** Lines that would be left out, of those that were looked at; `isWhole` where that is all. */
  leftOut: leftOutCounts,
  isWhole: z.boolean(),
});
export type Inspection = z.infer<typeof inspection>;

export const inspectInput = z.strictObject({
  uploadId,
  fileName: z.string().min(1).max(500),
  mapping: mappingSchema.optional(),
  /** Of several in the file; that of the mapping when left out. */
  table: z.string().max(500).optional(),
});

/** As it would be read under a mapping. */
export const rangeInput = inspectInput.omit({ table: true }).required({ mapping: true });
export const fileRange = z.object({
  candles: z.int(),
  /** Of candles in any order; null where there is none. */
  firstTime: z.number().nullable(),
  lastTime: z.number().nullable(),
});
export type FileRange = z.infer<typeof fileRange>;

export const outcomeInput = z.strictObject({ uploadId });

/** What to do with a high or low that does not enclose open and close. */
export const ohlcPolicy = z.enum(['keep', 'widen', 'clamp', 'drop']);
export type OhlcPolicy = z.infer<typeof ohlcPolicy>;
/** Adds candles after the chart's last one, or puts them in place, where a file's candle wins. */
const existingTarget = z.strictObject({ mode: z.enum(['append', 'merge']), chartId });
export type ExistingTarget = z.infer<typeof existingTarget>;
/** Where a file's candles go; a name that is taken gets `-2`, `-3`, … */
export const importTarget = z.union([
  z.strictObject({ mode: z.literal('new'), chartName }),
  existingTarget,
]);
export type ImportTarget = z.infer<typeof importTarget>;

export const importInput = z.strictObject({
  uploadId,
  fileName: z.string().min(1).max(500),
  target: importTarget,
  mapping: mappingSchema,
  ohlcPolicy: ohlcPolicy.default('keep'),
  /** Files that belong to it as well, such as those of the following months. */
  more: z
    .array(
      z.strictObject({
        uploadId,
        fileName: z.string().min(1).max(500),
        mapping: mappingSchema,
      }),
    )
    .max(MAX_FILES - 1)
    .default([]),
  /** Leaves out bars of one price and volume 0: hours without a trade. */
  dropFlatBars: z.boolean().default(false),
  /** Store the good rows and list the rest; otherwise one bad row refuses the file. */
  acceptGoodRows: z.boolean().default(false),
});
export const previewImportInput = importInput.omit({ target: true }).extend(existingTarget.shape);

/** What a file does to the candles of a chart; a volume that it does not give is kept. */
export const importChanges = z
  .object({
    /** Candles of times that the chart does not have. */
    added: z.int(),
    /** Candles that take the place of one with other values. */
    replaced: z.int(),
    /** Candles that the chart has as they are. */
    identical: z.int(),
    /** Spans, markers, lines and rectangles that have such a candle between their first and their last: stale by this. */
    stale: z.int(),
    /** The file's own range. */
    firstTime: storedTime,
    lastTime: storedTime,
    /** Seconds between the file's candles; null for a single one. */
    timeframe: z.number().nullable(),
    /** That of the chart before; null while it is empty. */
    chartTimeframe: z.number().nullable(),
  })
  .meta({ id: 'ImportChanges' });
export type ImportChanges = z.infer<typeof importChanges>;

export const importIssue = z
  .object({
    /** 1 is the file's first line. */
    line: z.int(),
    /** Which of several files. */
    file: z.string().optional(),
    reason: z.string(),
    /** A warning does not refuse the file. */
    severity: z.enum(['error', 'warning']),
  })
  .meta({ id: 'ImportIssue' });
export type ImportIssue = z.infer<typeof importIssue>;

/** How many issues of each severity are kept; more are counted only. */
export const KEPT_ISSUES = 10_000;

const importReport = z.object({
  /** Rows of data in the file, bad ones included. */
  rows: z.int(),
  /** By line. */
  issues: z.array(importIssue).max(2 * KEPT_ISSUES),
  /** Of all there are, warnings included. */
  issueCount: z.int(),
  errorCount: z.int(),
  leftOut: leftOutCounts,
  /** Bars of one price and volume 0, whether they were left out or not. */
  flatBars: z.int(),
});
export type ImportReport = z.infer<typeof importReport>;

export const importDone = importReport.extend({
  type: z.literal('done'),
  chartId: z.int(),
  chartName: z.string(),
  /** What it did to a chart that was there; null for a new one. */
  changes: importChanges.nullable(),
  /** What the chart holds now. */
  candles: z.int(),
  firstTime: storedTime,
  lastTime: storedTime,
  timeframe: z.number(),
  /** Of a file that was split, the charts of all its instruments; the first is the one above. */
  charts: z
    .array(z.object({ chartId: z.int(), chartName: z.string(), candles: z.int() }))
    .max(MAX_INSTRUMENTS),
});

/** What `uploads.import` yields; the last one is `done` or `refused`, of a preview `preview`. */
export const importEvent = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('progress'),
      /** Reading the file, sorting and comparing its candles, writing them and their tiles. */
      phase: z.enum(['reading', 'checking', 'storing']),
      /** Rows read; while storing, candles whose tiles are built. */
      rows: z.int(),
      bytes: z.int(),
      totalBytes: z.int(),
      elapsedMs: z.number(),
    }),
    importReport.extend({ type: z.literal('refused') }),
    importReport.extend({ type: z.literal('preview'), changes: importChanges }),
    importDone,
  ])
  .meta({ id: 'ImportEvent' });
export type ImportEvent = z.infer<typeof importEvent>;
