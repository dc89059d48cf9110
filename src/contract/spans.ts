import { z } from 'zod';
import {
  chartId,
  color,
  inOrder,
  inOrderMessage,
  json,
  MAX_DIFF,
  name,
  rev,
  text,
  uid,
  utcSeconds,
  windowFields,
} from './common';

/** The label of a negative: a person saying that there is no pattern here. */
export const NEGATIVE_LABEL = 'O';
export const outcomeSchema = z.enum(['win', 'loss', 'breakeven']);
export type Outcome = z.infer<typeof outcomeSchema>;

/** A part of a span, such as the pole of a flag. Old data has parts with keys of their own. */
export const subSpanSchema = z
  .record(text(100), json)
  .refine((part) => JSON.stringify(part).length <= 4_000, 'a part must be under 4,000 characters');

/** What a person decides about a span; the rest is the server's. */
const fields = z.strictObject({
  startTime: utcSeconds,
  endTime: utcSeconds,
  label: name(100),
  confidence: z.int().min(1).max(5).nullable(),
  outcome: outcomeSchema.nullable(),
  notes: text(10_000).nullable(),
  subSpans: z.array(subSpanSchema).max(100).nullable(),
  color: color.nullable(),
  /** human, model_confirmed, model_corrected, human_correction, talib, …: who said it. */
  source: name(50),
  modelPrediction: z.record(text(100), json).nullable(),
});
const ordered = (span: { startTime: number; endTime: number }) => span.startTime <= span.endTime;
const orderedMessage = { error: 'startTime must not be after endTime', path: ['startTime'] };

export type SpanFields = z.infer<typeof fields>;

export type Span = SpanFields & {
  id: number;
  uid: string;
  chartId: number;
  rev: number;
  /** Unix seconds. */
  createdAt: number;
  updatedAt: number;
};

export const spanDiff = z.strictObject({
  created: z
    .array(fields.extend({ uid }).refine(ordered, orderedMessage))
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
export const listSpansInput = z
  .strictObject({ chartId, ...windowFields, limit: z.int().min(1).max(20_000).default(20_000) })
  .refine(inOrder, inOrderMessage);

export type SpanLabelType = {
  id: number;
  name: string;
  displayName: string;
  color: string;
  hotkey: string | null;
  isActive: boolean;
  sortOrder: number;
};
