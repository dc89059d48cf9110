import * as z from 'zod';
import { MAX_DIFF, rev } from './common';

/**
 * The answer to `annotations.save` and `spans.save` (tRPC reserves the name `apply`). `rows` are
 * the created and updated rows as they now are; sending the same diff again gives the same answer.
 */
export type ApplyResult<Row> = { rev: number; rows: Row[]; deleted: string[] };

export const applyResult = <Row extends z.ZodType>(row: Row) =>
  z.object({
    rev,
    rows: z.array(row).max(2 * MAX_DIFF),
    deleted: z.array(z.uuid()).max(MAX_DIFF),
  });

/** What a bulk delete took away, for an undo, and how many rows of the filter are still there. */
export type BulkDeleted<Row> = { rev: number; deleted: Row[]; remaining: number };

export const bulkDeleted = <Row extends z.ZodType>(row: Row) =>
  z.object({ rev, deleted: z.array(row).max(MAX_DIFF), remaining: z.int() });
