import * as z from 'zod';
import { exportFormat, exportPart, labelsImported } from '@/contract/exports';
import type { Api } from '../api';

export const exportsApi = {
  download: {
    summary:
      'A file of one chart, several or all, in pieces: text, and base64 for Parquet. All of it is from one moment of the database; going away ends it. The file is whole when the stream ends without an error.',
    stream: true,
    output: exportPart,
    errors: {
      TOO_MANY_REQUESTS:
        'As many exports are under way already as the database has connections for: four, or half of fewer than eight.',
    },
  },
  labelFormat: {
    summary:
      'Which of the formats that export writes an uploaded file is in, by its beginning; null for a file of candles.',
    output: exportFormat.nullable(),
    errors: { NOT_FOUND: 'The upload is not there, or not any more.' },
  },
  importLabels: {
    summary:
      'Brings the spans and annotations of an uploaded file, of any format that export writes, onto its charts: all or none. A chart that is not there is made when the file holds its candles. The same file again changes nothing. With `replace` tags alone take the place of the spans in their range. With `preview` it tells what would become of them and stores nothing.',
    output: z.array(labelsImported).max(10_000),
    errors: {
      CONFLICT: 'Rows have changed since the file was written.',
      FORBIDDEN: 'A chart would have to be made, for which `manage` is needed.',
      NOT_FOUND: 'The upload is not there, or not any more.',
    },
  },
} satisfies Api<'exports'>;
