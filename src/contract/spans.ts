import * as z from 'zod';
import {
  candlesChangedAt,
  chartId,
  color,
  inOrder,
  inOrderMessage,
  jsonObject,
  MAX_DIFF,
  name,
  nameList,
  openWindowFields,
  resentRev,
  rev,
  rowLimit,
  storedFields,
  storedTime,
  text,
  uid,
  utcSeconds,
  windowFields,
} from './common';
import { complete, type FieldList, type Given, inputShape, storedShape } from './fields';
import { hotkey, storedType, typeFields, typeId } from './labels';
import type { UtcSeconds } from './units';

/** The label of a negative: a person saying that there is no pattern here. */
export const NEGATIVE_LABEL = 'O';
export const outcomeSchema = z.enum(['win', 'loss', 'breakeven']);
export type Outcome = z.infer<typeof outcomeSchema>;

/** A part of a span, such as the pole of a flag. Old data has parts with keys of their own. */
export const subSpanSchema = jsonObject(4_000);

/** What a person decides about a span; the rest is the server's. */
export const SPAN_FIELDS = {
  label: { title: 'Label', kind: 'text', input: name(100), stored: z.string() },
  startTime: { title: 'Start', kind: 'time', input: utcSeconds, stored: storedTime },
  endTime: { title: 'End', kind: 'time', input: utcSeconds, stored: storedTime },
  confidence: {
    title: 'Confidence',
    kind: 'number',
    input: z.int().min(1).max(5).nullable(),
    stored: z.int().min(1).max(5).nullable(),
    unset: null,
  },
  outcome: {
    title: 'Outcome',
    kind: 'text',
    input: outcomeSchema.nullable(),
    stored: outcomeSchema.nullable(),
    unset: null,
  },
  notes: {
    title: 'Notes',
    kind: 'long-text',
    input: text(10_000).nullable(),
    stored: z.string().nullable(),
    unset: null,
  },
  subSpans: {
    title: 'Parts',
    kind: 'list',
    input: z.array(subSpanSchema).max(100).nullable(),
    stored: z.array(z.record(z.string(), z.json())).max(10_000).nullable(),
    unset: null,
  },
  color: {
    title: 'Colour',
    kind: 'text',
    input: color.nullable(),
    stored: z.string().nullable(),
    unset: null,
  },
  /** human, model_confirmed, model_corrected, human_correction, talib, …: who said it. */
  source: { title: 'Source', kind: 'text', input: name(50), stored: z.string(), unset: 'human' },
  modelPrediction: {
    title: 'Model’s prediction',
    kind: 'object',
    input: jsonObject(20_000).nullable(),
    stored: z.record(z.string(), z.json()).nullable(),
    unset: null,
  },
  candlesChangedAt,
} as const satisfies FieldList;

const fields = z.strictObject(inputShape(SPAN_FIELDS));
const ordered = (span: { startTime: UtcSeconds; endTime: UtcSeconds }) =>
  span.startTime <= span.endTime;
const orderedMessage = { error: 'startTime must not be after endTime', path: ['startTime'] };

export type SpanFields = z.infer<typeof fields>;
/** A span of which only `given` is said. */
export const completeSpan = (given: Given<typeof SPAN_FIELDS>): SpanFields =>
  complete(SPAN_FIELDS, given);

/** A span as it comes back. */
export const spanSchema = z
  .object({ ...storedShape(SPAN_FIELDS), ...storedFields })
  .meta({ id: 'Span' });
export type Span = z.infer<typeof spanSchema>;

export const spanDiff = z.strictObject({
  created: z
    .array(fields.extend({ uid, rev: resentRev }).refine(ordered, orderedMessage))
    .max(MAX_DIFF)
    .default([]),
  updated: z
    .array(fields.extend({ uid, rev }).refine(ordered, orderedMessage))
    .max(MAX_DIFF)
    .default([]),
  deleted: z.array(z.strictObject({ uid, rev })).max(MAX_DIFF).default([]),
});
export type SpanDiff = z.infer<typeof spanDiff>;

export const applySpansInput = z.strictObject({ chartId, diff: spanDiff });

/** Rows must pass every part of a filter that is given; null stands for "not said". */
const filterFields = {
  labels: nameList(100).optional(),
  sources: nameList(50).optional(),
  /** Ids of the users who made them. */
  authors: nameList(200).optional(),
  confidences: z.array(z.int().min(1).max(5).nullable()).min(1).max(6).optional(),
  outcomes: z.array(outcomeSchema.nullable()).min(1).max(4).optional(),
};
export const listSpansInput = z
  .strictObject({ chartId, ...windowFields, ...filterFields, limit: rowLimit })
  .refine(inOrder, inOrderMessage);
export const countSpansInput = z
  .strictObject({ chartId, ...openWindowFields, ...filterFields })
  .refine(inOrder, inOrderMessage);
export const bulkDeleteSpansInput = z
  .strictObject({ chartId, ...windowFields, ...filterFields })
  .refine(inOrder, inOrderMessage);
export type SpanFilter = Omit<z.output<typeof bulkDeleteSpansInput>, 'chartId'>;

export const authorsInput = z.strictObject({ chartId });
export const spanLabelTypeSchema = z
  .object({
    ...storedType,
    hotkey: z.string().nullable(),
    groupName: z.string().nullable(),
    /** The id of the label that it was merged into, and that it means since. */
    mergedInto: typeId.nullable(),
  })
  .meta({ id: 'SpanLabelType' });
export type SpanLabelType = z.infer<typeof spanLabelTypeSchema>;

/** Of two labels, the one that goes and the one that its spans are given. */
export const mergeInput = z.strictObject({ from: typeId, into: typeId });
const spanCount = z.object({ spans: z.int(), charts: z.int() });
/** What a merge would change; the sources are those of its spans, the most frequent first. */
export const mergePreviewSchema = spanCount.extend({
  sources: z.array(spanCount.extend({ source: z.string() })).max(1_000),
  predictions: z.int(),
});
export type MergePreview = z.infer<typeof mergePreviewSchema>;
export const mergedSchema = spanCount.extend({ type: spanLabelTypeSchema });
export type Merged = z.infer<typeof mergedSchema>;
/** What undoing it gave back; `left` are spans that were changed or deleted since and stay as they are. */
export const unmergedSchema = mergedSchema.extend({ left: z.int() });
export type Unmerged = z.infer<typeof unmergedSchema>;

/** A group is made by the first label that names it, and gone with the last. */
const groupName = name(100);
/** May spans of one person and the group share candles? `trim`: a new one is cut to the candles that are free. */
export const overlapSchema = z.enum(['allow', 'forbid', 'trim']);
export const labelGroupSchema = z
  .object({ name: z.string(), overlap: overlapSchema })
  .meta({ id: 'LabelGroup' });
export type LabelGroup = z.infer<typeof labelGroupSchema>;
export const renameGroupInput = z.strictObject({ name: groupName, newName: groupName });
export const setOverlapInput = z.strictObject({ name: groupName, overlap: overlapSchema });

export const createSpanLabelTypeInput = z.strictObject({
  ...typeFields,
  hotkey: hotkey.nullable().default(null),
  groupName: groupName.nullable().default(null),
});
export const updateSpanLabelTypeInput = z
  .strictObject({
    ...typeFields,
    hotkey: hotkey.nullable(),
    groupName: groupName.nullable(),
    isActive: z.boolean(),
  })
  .partial()
  .extend({ id: typeId });
