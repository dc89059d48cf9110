import * as z from 'zod';
import { asOfSchema, entriesSchema, restoredSchema, revisionSchema } from '@/contract/history';
import type { Api } from '../api';

const future = { NOT_FOUND: 'There is no such chart, or no such revision of it yet.' };

export const historyApi = {
  revisions: {
    summary: 'What was written to the chart at once, newest first.',
    output: z.array(revisionSchema).max(500),
  },
  entries: {
    summary:
      'Each row that a revision changed, as it was before and after, newest first: of the chart, or of one `uid`.',
    output: entriesSchema,
  },
  asOf: {
    summary: 'Annotations and spans as they were after a revision or at a time.',
    output: asOfSchema,
    errors: future,
  },
  restore: {
    summary:
      'Makes the chart, or one row, what it was after a revision, as one more revision: nothing is lost from the history.',
    output: restoredSchema,
    errors: {
      ...future,
      CONFLICT: 'A uid that would come back belongs to another row now.',
    },
  },
} satisfies Api<'history'>;
