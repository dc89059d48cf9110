/**
 * One row that changed since its writer saw it; `current` is null when it has been deleted, at the
 * chart's `rev` or before.
 */
export type Conflict<Row> = { uid: string; current: Row | null; rev: number };

/** A row that may not be as a write has it, and why. */
export type Refusal = { uid: string; reason: string };

/** What stands in `error.data` besides tRPC's own code. */
export type ErrorData = {
  /** zod's issues for a form, when the input was refused. */
  issues?: { path: PropertyKey[]; message: string }[];
  /** With the code CONFLICT, from a write that named a stale rev: nothing of it was stored. */
  conflicts?: Conflict<unknown>[];
  /** From a write that was refused for some of its rows: nothing of it was stored, the others may be sent again. */
  refused?: Refusal[];
};
