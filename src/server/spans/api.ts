import * as z from 'zod';
import { typeInput } from '@/contract/labels';
import { predictionSchema } from '@/contract/predictions';
import { applyResult, bulkDeleted } from '@/contract/records';
import {
  labelGroupSchema,
  mergedSchema,
  mergePreviewSchema,
  spanLabelTypeSchema,
  spanSchema,
  unmergedSchema,
} from '@/contract/spans';
import type { Api } from '../api';

const taken = 'Another label has the name, or the key.';

export const spansApi = {
  types: {
    summary: 'All span labels in their order, archived ones too.',
    output: z.array(spanLabelTypeSchema).max(1_000),
  },
  createType: {
    summary: 'A new label, last in the order.',
    output: spanLabelTypeSchema,
    errors: { CONFLICT: taken },
  },
  updateType: {
    summary:
      'Changes what is given. Another `name` goes to every span that has the old one, as one revision of each chart, to predictions and to runs that wait.',
    output: spanLabelTypeSchema,
    errors: { CONFLICT: taken },
  },
  reorderTypes: {
    summary: 'Puts the labels in the order of `ids`.',
    output: z.array(spanLabelTypeSchema).max(1_000),
    errors: { CONFLICT: '`ids` are not the labels that there are, each once.' },
  },
  deleteType: {
    summary: 'Deletes a label that no span has.',
    output: typeInput,
    errors: { CONFLICT: 'It is in use; the message says how often and on how many charts.' },
  },
  groups: {
    summary: 'The groups of labels, and what each says of spans that overlap.',
    output: z.array(labelGroupSchema).max(1_000),
  },
  setOverlap: {
    summary:
      'Says whether spans of a group may share candles, of one person on a chart, from the next save on: `allow`, `forbid`, or `trim`. Spans that overlap already stay, until their range or label is changed.',
    output: labelGroupSchema,
    errors: { NOT_FOUND: 'No label is in such a group.' },
  },
  renameGroup: {
    summary: 'Gives a group another name; its labels stay in it, with what it says of overlaps.',
    output: labelGroupSchema,
    errors: {
      NOT_FOUND: 'No label is in such a group.',
      CONFLICT: 'Another group has the name.',
    },
  },
  previewMerge: {
    summary: 'What a merge would change, by who made the spans: nothing is changed by asking.',
    output: mergePreviewSchema,
  },
  mergeTypes: {
    summary:
      'Gives every span of the label `from` the label `into`, as one revision of each chart, and archives `from`: all of it or nothing. Predictions and runs keep naming it, and mean `into` since.',
    output: mergedSchema,
    errors: { BAD_REQUEST: 'The two are one label, or one of them was merged already.' },
  },
  unmergeType: {
    summary:
      'Undoes the merge of a label: gives it back the spans that nobody has given another label or deleted since.',
    output: unmergedSchema,
    errors: { BAD_REQUEST: 'The label is not merged into another one.' },
  },
  list: {
    summary:
      'Spans that touch the window and pass the filter, by start. As many as `limit` means that there may be more.',
    output: z.array(spanSchema).max(20_000),
  },
  authors: {
    summary: 'Who made the chart’s spans, and how many each; whoever made the most comes first.',
    output: z
      .array(z.object({ id: z.string(), name: z.string(), count: z.int(), isYou: z.boolean() }))
      .max(1_000),
  },
  counts: {
    summary: 'How many spans pass the filter, by label.',
    output: z.array(z.object({ label: z.string(), count: z.int() })).max(1_000),
  },
  save: {
    summary:
      'Applies a diff: all of it, as one revision, or nothing. The caller makes the `uid`; sending a diff again changes nothing and answers the same. Who sends a creation again says so by `rev`: the newest one of that row that was known at first, 0 where there was none. It is not done again then if somebody has deleted the row since. Where the group of a label says `trim`, a new range comes back cut to the candles that are free.',
    output: applyResult(spanSchema),
    errors: {
      CONFLICT:
        'A row is not at the `rev` that the diff names; `error.data.conflicts` has it as it is, null for deleted. Or a span shares candles with another one of its group, which the message names.',
      BAD_REQUEST:
        'There is no such label. As where spans share candles, `error.data.refused` says which rows of the diff may not be so, each with its reason: without them it can be sent again.',
    },
  },
  bulkDelete: {
    summary:
      'Deletes what passes the filter, at most 5,000 rows a call; `remaining` says whether to call again. Predictions whose reviews made these spans are open again: a `predictions.review` of `reopened`, with `deleted` as created, undoes it.',
    output: bulkDeleted(spanSchema).extend({
      reopened: z
        .array(predictionSchema.pick({ id: true, status: true, spanUid: true }))
        .max(5_000),
    }),
  },
} satisfies Api<'spans'>;
