import * as z from 'zod';
import { chartId, storedTime, zoneName } from './common';
import { uploadId } from './uploads';

export const exportFormat = z.enum([
  'points-csv',
  'spans-json',
  'windowed-csv',
  'bio-csv',
  'parquet',
]);
export type ExportFormat = z.infer<typeof exportFormat>;
/** What labels are read from: what export writes, or a table with a span a row. */
export type LabelFormat = ExportFormat | 'spans-csv';

/** How a format's files are named and sent. */
export const EXPORT_FILES: Record<
  ExportFormat,
  { ending: string; mimeType: string; encoding: 'utf8' | 'base64' }
> = {
  'points-csv': { ending: '-points.csv', mimeType: 'text/csv', encoding: 'utf8' },
  'spans-json': { ending: '-spans.json', mimeType: 'application/json', encoding: 'utf8' },
  'windowed-csv': { ending: '-windows.csv', mimeType: 'text/csv', encoding: 'utf8' },
  'bio-csv': { ending: '-bio.csv', mimeType: 'text/csv', encoding: 'utf8' },
  parquet: {
    ending: '.parquet',
    mimeType: 'application/vnd.apache.parquet',
    encoding: 'base64',
  },
};

export const isCsv = (format: ExportFormat) => EXPORT_FILES[format].mimeType === 'text/csv';

export const MAX_CONTEXT = 1_000;
export const MAX_EXPORTED_CHARTS = 100;
export const exportInput = z.strictObject({
  format: exportFormat,
  /** null stands for all charts. */
  chartIds: z.array(chartId).min(1).max(MAX_EXPORTED_CHARTS).nullable(),
  /** Candles before and after each span of a windowed CSV. */
  context: z.int().min(0).max(MAX_CONTEXT).default(20),
  /** In which zone a CSV file writes its times; each has its offset. Other formats are UTC. */
  zone: zoneName.default('UTC'),
});
export type ExportInput = z.infer<typeof exportInput>;

/** The next piece of the file, in the format's encoding, and how far the file has come. */
export const exportPart = z
  .object({ data: z.string(), rows: z.int(), totalRows: z.int() })
  .meta({ id: 'ExportPart' });
export type ExportPart = z.infer<typeof exportPart>;

const uploaded = { uploadId, fileName: z.string().min(1).max(500) };
export const labelFormatInput = z.strictObject(uploaded);

export const importLabelsInput = z.strictObject({
  ...uploaded,
  /**
   * The chart that the labels go on. null finds each chart by the name that stands in the file, and
   * makes those that are not there if the file holds their candles.
   */
  chartId: chartId.nullable(),
  /** Tells what would become of them and stores nothing; the upload stays. */
  preview: z.boolean().default(false),
  /** Tags without spans take the place of the chart's spans in the range of their candles. */
  replace: z.boolean().default(false),
});

export type ImportLabelsInput = z.infer<typeof importLabelsInput>;

/** Of the columns that are not read, the first are named. */
export const MAX_UNREAD = 20;

/** What became of a file's spans and annotations on one chart. */
export const labelsImported = z
  .object({
    chartId,
    chartName: z.string(),
    /** The chart was made for them. */
    isNew: z.boolean(),
    created: z.int(),
    changed: z.int(),
    unchanged: z.int(),
    /** Spans whose place the file's tags took. */
    removed: z.int(),
    /**
     * Spans and markers among the new and the changed that begin or end where the chart has no candle,
     * and the first such time; absent where there are none.
     */
    offCandles: z.object({ rows: z.int(), time: storedTime }).optional(),
    /**
     * Rows without a uid that are of the label and times of a span, or the type and place of an annotation, that is
     * there already, and say more of it than is kept; and where the first stands. Absent where there are none.
     */
    notTaken: z.object({ rows: z.int(), where: z.string() }).optional(),
    /** Columns of the file that import does not know and leaves aside, with the first chart; absent where there are none. */
    unread: z.array(z.string()).max(MAX_UNREAD).optional(),
  })
  .meta({ id: 'LabelsImported' });
export type LabelsImported = z.infer<typeof labelsImported>;

/** For people. */
export function unreadSentence(columns: string[]) {
  const names = columns.map((name) => `“${name}”`).join(', ');
  return `${columns.length === 1 ? 'A column of the file is' : 'Columns of the file are'} not read: ${names}${columns.length === MAX_UNREAD ? ', …' : '.'}`;
}

/** For people. */
export function notTakenSentence({ rows, where }: NonNullable<LabelsImported['notTaken']>) {
  const [differ, stay] =
    rows === 1 ? ['differs', 'it is left out'] : ['differ', 'they are left out'];
  return `${rows.toLocaleString('en')} of those that are there already ${differ} from what is there, as in notes or confidence, first at ${where}: ${stay}. To change what is there, keep the column uid of an export.`;
}

/** For people. */
export function offCandlesSentence({ rows, time }: NonNullable<LabelsImported['offCandles']>) {
  const first = new Date(time * 1000).toISOString().replace('.000Z', 'Z');
  return `${rows.toLocaleString('en')} of them ${rows === 1 ? 'begins or ends' : 'begin or end'} where the chart has no candle, first at ${first}. Are their times of another zone?`;
}
