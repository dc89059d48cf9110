import * as z from 'zod';
import { typeInput } from '@/contract/labels';
import { predictionSchema } from '@/contract/predictions';
import { applyResult, bulkDeleted } from '@/contract/records';
import { spanLabelTypeSchema, spanSchema } from '@/contract/spans';
import type { Api } from '../api';

const taken = 'Another label has the name, or the key.';

export const spansApi = {
  types: {
    does: 'All span labels in their order, retired ones too.',
    answers: z.array(spanLabelTypeSchema).max(1_000),
  },
  createType: {
    does: 'A new label, last in the order.',
    answers: spanLabelTypeSchema,
    errors: { CONFLICT: taken },
  },
  updateType: {
    does: 'Changes what is given. Another `name` goes to every span that has the old one, as one revision of each chart, to predictions and to runs that wait.',
    answers: spanLabelTypeSchema,
    errors: { CONFLICT: taken },
  },
  reorderTypes: {
    does: 'Puts the labels in the order of `ids`.',
    answers: z.array(spanLabelTypeSchema).max(1_000),
    errors: { CONFLICT: '`ids` are not the labels that there are, each once.' },
  },
  deleteType: {
    does: 'Deletes a label that no span has.',
    answers: typeInput,
    errors: { CONFLICT: 'It is in use; the message says how often and on how many charts.' },
  },
  list: {
    does: 'Spans that touch the window and pass the filter, by start. As many as `limit` means that there may be more.',
    answers: z.array(spanSchema).max(20_000),
  },
  counts: {
    does: 'How many spans pass the filter, by label.',
    answers: z.array(z.object({ label: z.string(), count: z.int() })).max(1_000),
  },
  save: {
    does: 'Applies a diff: all of it, as one revision, or nothing. The caller makes the `uid`; sending a diff again changes nothing and answers the same.',
    answers: applyResult(spanSchema),
    errors: {
      CONFLICT:
        'A row is not at the `rev` that the diff names; `error.data.conflicts` has it as it is.',
    },
  },
  bulkDelete: {
    does: 'Deletes what passes the filter, at most 5,000 rows a call; `remaining` says whether to call again. Predictions whose reviews made these spans are open again: a `models.review` of `reopened`, with `deleted` as created, undoes it.',
    answers: bulkDeleted(spanSchema).extend({
      reopened: z
        .array(predictionSchema.pick({ id: true, status: true, spanUid: true }))
        .max(5_000),
    }),
  },
} satisfies Api<'spans'>;
