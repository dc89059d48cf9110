import * as z from 'zod';
import { importOutcome } from '@/contract/import-outcome';
import { fileRange, importEvent, inspection } from '@/contract/uploads';
import type { Api } from '../api';

const upload = { NOT_FOUND: 'The upload is not there, or not any more.' };
const OVERLAP = 'An append that is not after the chart’s last candle.';

export const uploadsApi = {
  append: {
    summary:
      'Adds the next piece of a file, base64, at most 1 MiB. The answer is how much has arrived; a repeated piece is taken once.',
    output: z.object({ size: z.int() }),
    errors: {
      CONFLICT: 'The piece does not follow what has arrived.',
      PAYLOAD_TOO_LARGE: 'The 16 GiB of all uploads are used up, or the disk nearly is.',
      ...upload,
    },
  },
  inspect: {
    summary: 'How an uploaded file would be read, its first rows, and what it leaves open.',
    output: inspection,
    errors: upload,
  },
  range: {
    summary:
      'How many candles an uploaded file has under a mapping, and from when to when: several files of one chart are put in order by it.',
    output: fileRange,
    errors: upload,
  },
  previewImport: {
    summary:
      'What appending or merging an uploaded file would change in a chart; nothing is stored. Progress comes first, `preview` or `refused` last.',
    stream: true,
    output: importEvent,
    errors: { ...upload, CONFLICT: OVERLAP },
  },
  import: {
    summary:
      'Imports an uploaded file into a new chart, or after or among the candles of one that is there. Progress comes first, `done` or `refused` last: a bad row refuses the file unless the good ones are asked for. Going away cancels it, and nothing is left.',
    stream: true,
    output: importEvent,
    errors: {
      NOT_FOUND: 'The upload or the chart is not there.',
      CONFLICT: `${OVERLAP} Or another import into it is under way.`,
      PAYLOAD_TOO_LARGE: 'The disk of the database has no room for it, as far as it can be asked.',
    },
  },
  outcome: {
    summary:
      'What became of the last import of an upload, candles or labels, for whoever lost the connection to it: it waits a moment for one that is about to end.',
    output: importOutcome,
  },
  discard: { summary: 'Forgets an uploaded file.', output: z.void() },
} satisfies Api<'uploads'>;
