import * as z from 'zod';
import { annotationSchema, annotationTypeSchema } from '@/contract/annotations';
import { typeInput } from '@/contract/labels';
import { applyResult, bulkDeleted } from '@/contract/records';
import type { Api } from '../api';

export const annotationsApi = {
  types: {
    summary: 'All annotation types in their order, archived ones too.',
    output: z.array(annotationTypeSchema).max(1_000),
  },
  createType: {
    summary: 'A new type, last in the order.',
    output: annotationTypeSchema,
    errors: { BAD_REQUEST: 'There is no such category.', CONFLICT: 'Another type has the name.' },
  },
  updateType: {
    summary:
      'Changes what is given. Another `name` goes to every annotation that has the old one, as one revision of each chart.',
    output: annotationTypeSchema,
    errors: { CONFLICT: 'Another type has the name.' },
  },
  reorderTypes: {
    summary: 'Puts the types in the order of `ids`.',
    output: z.array(annotationTypeSchema).max(1_000),
    errors: { CONFLICT: '`ids` are not the types that there are, each once.' },
  },
  deleteType: {
    summary: 'Deletes a type that no annotation has.',
    output: typeInput,
    errors: { CONFLICT: 'It is in use; the message says how often and on how many charts.' },
  },
  list: {
    summary:
      'Markers in the window, and lines and rectangles that touch it, by time. As many as `limit` means that there may be more.',
    output: z.array(annotationSchema).max(20_000),
  },
  counts: {
    summary: 'How many annotations pass the filter, by type.',
    output: z.array(z.object({ labelType: z.string(), count: z.int() })).max(1_000),
  },
  save: {
    summary:
      'Applies a diff: all of it, as one revision, or nothing. The caller makes the `uid`; sending a diff again changes nothing and answers the same. Who sends a creation again says so by `rev`: the newest one of that row that was known at first, 0 where there was none. It is not done again then if somebody has deleted the row since.',
    output: applyResult(annotationSchema),
    errors: {
      CONFLICT:
        'A row is not at the `rev` that the diff names; `error.data.conflicts` has it as it is, null for deleted.',
      BAD_REQUEST:
        'There is no such type, or it needs a geometry or may have none; `error.data.refused` says which rows of the diff may not be so, each with its reason: without them it can be sent again.',
    },
  },
  bulkDelete: {
    summary:
      'Deletes what passes the filter, at most 5,000 rows a call; `remaining` says whether to call again. Saving `deleted` as created undoes it.',
    output: bulkDeleted(annotationSchema),
  },
} satisfies Api<'annotations'>;
