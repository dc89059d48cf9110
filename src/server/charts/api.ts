import * as z from 'zod';
import { chartContentsSchema, chartSchema } from '@/contract/charts';
import { exportFormat, exportPart, labelsImported } from '@/contract/exports';
import type { Api } from '../api';

export const chartsApi = {
  list: { does: 'All charts, by name.', answers: z.array(chartSchema).max(10_000) },
  oldDatabase: {
    does: 'Where the data of an earlier release lies that has not been moved yet.',
    answers: z.string().nullable(),
  },
  get: { does: 'One chart.', answers: chartSchema },
  contents: {
    does: 'How much goes with the chart when it is deleted.',
    answers: chartContentsSchema,
  },
  create: {
    does: 'A new, empty chart. Where its name is taken it gets `-2`, `-3` and so on.',
    answers: chartSchema,
  },
  rename: {
    does: 'Gives the chart another name.',
    answers: chartSchema,
    errors: { CONFLICT: 'Another chart has the name.' },
  },
  delete: {
    does: 'Deletes the chart with everything on it, and tells what that was.',
    answers: chartContentsSchema,
  },
  export: {
    does: 'A file of one chart, several or all, in pieces: text, and base64 for Parquet. All of it is from one moment of the database; going away ends it. The file is whole when the stream ends without an error.',
    stream: true,
    answers: exportPart,
  },
  labelFormat: {
    does: 'Which of the formats that export writes an uploaded file is in, by its beginning; null for a file of candles.',
    answers: exportFormat.nullable(),
    errors: { NOT_FOUND: 'The upload is not there, or not any more.' },
  },
  importLabels: {
    does: 'Brings the spans and annotations of an uploaded file, of any format that export writes, onto its charts: all or none. A chart that is not there is made when the file holds its candles. The same file again changes nothing. With `preview` it tells what would become of them and stores nothing.',
    answers: z.array(labelsImported).max(10_000),
    errors: {
      CONFLICT: 'Rows have changed since the file was written.',
      FORBIDDEN: 'A chart would have to be made, for which `manage` is needed.',
      NOT_FOUND: 'The upload is not there, or not any more.',
    },
  },
} satisfies Api<'charts'>;
