import * as z from 'zod';
import { asOfSchema, entriesSchema, restoredSchema, revisionSchema } from '@/contract/history';
import type { Api } from '../api';

const future = { NOT_FOUND: 'There is no such chart, or no such revision of it yet.' };

export const historyApi = {
  revisions: {
    does: 'What was written to the chart at once, newest first.',
    answers: z.array(revisionSchema).max(500),
  },
  entries: {
    does: 'Each row that a revision changed, as it was before and after, newest first: of the chart, or of one `uid`.',
    answers: entriesSchema,
  },
  asOf: {
    does: 'Annotations and spans as they were after a revision or at a time.',
    answers: asOfSchema,
    errors: future,
  },
  restore: {
    does: 'Makes the chart, or one row, what it was after a revision, as one more revision: nothing is lost from the history.',
    answers: restoredSchema,
    errors: {
      ...future,
      CONFLICT: 'A uid that would come back belongs to another row now.',
    },
  },
} satisfies Api<'history'>;
