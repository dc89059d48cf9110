/**
 * The answer to `annotations.save` and `spans.save` (tRPC reserves the name `apply`). `rows` are
 * the created and updated rows as they now are; sending the same diff again gives the same answer.
 */
export type ApplyResult<Row> = { rev: number; rows: Row[]; deleted: string[] };

/** What a bulk delete took away, for an undo, and how many rows of the filter are still there. */
export type BulkDeleted<Row> = { rev: number; deleted: Row[]; remaining: number };

/** One row that changed since its writer saw it; `current` is null when it has been deleted. */
export type Conflict<Row> = { uid: string; current: Row | null };

/** What stands in `error.data` besides tRPC's own code. */
export type ErrorData = {
  /** zod's issues for a form, when the input was refused. */
  issues?: { path: PropertyKey[]; message: string }[];
  /** With the code CONFLICT, from a write that named a stale rev: nothing of it was stored. */
  conflicts?: Conflict<unknown>[];
};
