import * as z from 'zod';
import { annotationSchema } from './annotations';
import {
  chartId,
  inOrder,
  inOrderMessage,
  openWindowFields,
  rev,
  rowLimit,
  storedTime,
  uid,
} from './common';
import { examinedRangeSchema, MAX_RANGES } from './examined';
import { spanSchema } from './spans';

const pageLimit = z.int().min(1).max(500).default(100);

export const listRevisionsInput = z.strictObject({
  chartId,
  /** The page that follows the revision `before`, back in time. */
  before: rev.optional(),
  limit: pageLimit,
});
/** What was written at once, newest first. */
export const revisionSchema = z
  .object({
    rev,
    /** Unix seconds. */
    at: storedTime,
    /** The user's id. */
    actor: z.string(),
    /** Spans and annotations. */
    created: z.int(),
    updated: z.int(),
    deleted: z.int(),
    /** Examined ranges that were made, changed or deleted: one that grows is deleted and made anew. */
    examined: z.int(),
  })
  .meta({ id: 'Revision' });
export type Revision = z.infer<typeof revisionSchema>;

const place = z.strictObject({ rev, uid });
export const listEntriesInput = z.strictObject({
  chartId,
  /** Of this annotation, span or examined range only. */
  uid: uid.optional(),
  /** `next` of the page before. */
  before: place.optional(),
  limit: pageLimit,
});
const entry = {
  rev,
  uid: z.uuid(),
  op: z.enum(['create', 'update', 'delete']),
  actor: z.string(),
  at: storedTime,
};
/** One row as a revision found it and left it, newest first. */
export const entrySchema = z
  .discriminatedUnion('entity', [
    z.object({
      ...entry,
      entity: z.literal('span'),
      before: spanSchema.nullable(),
      after: spanSchema.nullable(),
    }),
    z.object({
      ...entry,
      entity: z.literal('annotation'),
      before: annotationSchema.nullable(),
      after: annotationSchema.nullable(),
    }),
    z.object({
      ...entry,
      entity: z.literal('examined_range'),
      before: examinedRangeSchema.nullable(),
      after: examinedRangeSchema.nullable(),
    }),
  ])
  .meta({ id: 'Entry' });
export type Entry = z.infer<typeof entrySchema>;
export const entriesSchema = z.object({
  entries: z.array(entrySchema).max(500),
  next: place.nullable(),
});
export type Entries = z.infer<typeof entriesSchema>;

/** A moment of the chart: after a revision, or at a time. */
const moment = z.union([
  z.strictObject({ rev }),
  z.strictObject({ at: z.number().min(0).max(253_402_300_799) }),
]);
export const asOfInput = z
  .strictObject({ chartId, moment, ...openWindowFields, limit: rowLimit })
  .refine(inOrder, inOrderMessage);
export type Moment = z.infer<typeof moment>;
/** The rows that touch the window as they were; `limit` of a kind may not be all. */
export const asOfSchema = z.object({
  rev,
  spans: z.array(spanSchema).max(20_000),
  annotations: z.array(annotationSchema).max(20_000),
  examined: z.array(examinedRangeSchema).max(MAX_RANGES),
});
export type AsOf = z.infer<typeof asOfSchema>;

export const restoreInput = z.strictObject({
  chartId,
  rev,
  /** This annotation, span or examined range only; otherwise everything on the chart. */
  uid: uid.optional(),
});
/** `rev` stays what it was when nothing had changed since. */
export const restoredSchema = z.object({
  rev,
  created: z.int(),
  updated: z.int(),
  deleted: z.int(),
});
export type Restored = z.infer<typeof restoredSchema>;
