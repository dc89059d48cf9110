import * as z from 'zod';
import { annotationSchema, annotationTypeSchema } from '@/contract/annotations';
import { typeInput } from '@/contract/labels';
import { applyResult, bulkDeleted } from '@/contract/records';
import type { Api } from '../api';

export const annotationsApi = {
  types: {
    does: 'All annotation types in their order, retired ones too.',
    answers: z.array(annotationTypeSchema).max(1_000),
  },
  createType: {
    does: 'A new type, last in the order.',
    answers: annotationTypeSchema,
    errors: { CONFLICT: 'Another type has the name.' },
  },
  updateType: {
    does: 'Changes what is given. Another `name` goes to every annotation that has the old one, as one revision of each chart.',
    answers: annotationTypeSchema,
    errors: { CONFLICT: 'Another type has the name.' },
  },
  reorderTypes: {
    does: 'Puts the types in the order of `ids`.',
    answers: z.array(annotationTypeSchema).max(1_000),
    errors: { CONFLICT: '`ids` are not the types that there are, each once.' },
  },
  deleteType: {
    does: 'Deletes a type that no annotation has.',
    answers: typeInput,
    errors: { CONFLICT: 'It is in use; the message says how often and on how many charts.' },
  },
  list: {
    does: 'Markers in the window, and lines and rectangles that touch it, by time. As many as `limit` means that there may be more.',
    answers: z.array(annotationSchema).max(20_000),
  },
  counts: {
    does: 'How many annotations pass the filter, by type.',
    answers: z.array(z.object({ labelType: z.string(), count: z.int() })).max(1_000),
  },
  save: {
    does: 'Applies a diff: all of it, as one revision, or nothing. The caller makes the `uid`; sending a diff again changes nothing and answers the same.',
    answers: applyResult(annotationSchema),
    errors: {
      CONFLICT:
        'A row is not at the `rev` that the diff names; `error.data.conflicts` has it as it is.',
    },
  },
  bulkDelete: {
    does: 'Deletes what passes the filter, at most 5,000 rows a call; `remaining` says whether to call again. Saving `deleted` as created undoes it.',
    answers: bulkDeleted(annotationSchema),
  },
} satisfies Api<'annotations'>;
