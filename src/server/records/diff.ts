import { storedFields } from '@/contract/common';
import type { Conflict } from '@/contract/errors';

/** What every annotation and span has beside the fields that a person decides about. */
export type Stored = {
  id: number;
  uid: string;
  chartId: number;
  rev: number;
  createdAt: number;
  createdBy: string | null;
  updatedAt: number;
  updatedBy: string | null;
};

export type Diff<Fields> = {
  /** With a rev it is sent again, see `resentRev`. */
  created: (Fields & { uid: string; rev?: number | undefined })[];
  updated: (Fields & { uid: string; rev: number })[];
  deleted: { uid: string; rev: number }[];
};

/** Keys of a row that its diff does not carry. */
export const STORED_KEYS = Object.keys(storedFields);

/** What is left to do for a diff, given the rows that are there now. */
export type Plan<Fields, Row> = {
  create: (Fields & { uid: string })[];
  update: { before: Row; fields: Fields & { uid: string } }[];
  remove: Row[];
  conflicts: Omit<Conflict<Row>, 'rev'>[];
};

/**
 * Decides each line of a diff: to do, done already (a retry whose answer was lost), or stale.
 * `same` tells whether a row already holds the fields; `deleted` has the revs of the last deletions of
 * rows that are created again.
 */
export function planDiff<Fields, Row extends Stored>(
  diff: Diff<Fields>,
  rows: ReadonlyMap<string, Row>,
  same: (fields: Fields, row: Row) => boolean,
  deleted: ReadonlyMap<string, number>,
): Plan<Fields, Row> {
  const plan: Plan<Fields, Row> = { create: [], update: [], remove: [], conflicts: [] };
  for (const fields of diff.created) {
    const current = rows.get(fields.uid);
    const isDone = fields.rev !== undefined && (deleted.get(fields.uid) ?? 0) > fields.rev;
    if (!current && isDone) plan.conflicts.push({ uid: fields.uid, current: null });
    else if (!current) plan.create.push(fields);
    else if (!same(fields, current)) plan.conflicts.push({ uid: fields.uid, current });
  }
  for (const fields of diff.updated) {
    const current = rows.get(fields.uid);
    if (!current) plan.conflicts.push({ uid: fields.uid, current: null });
    else if (same(fields, current)) continue;
    else if (fields.rev !== current.rev) plan.conflicts.push({ uid: fields.uid, current });
    else plan.update.push({ before: current, fields });
  }
  for (const { uid, rev } of diff.deleted) {
    const current = rows.get(uid);
    if (!current) continue;
    if (rev !== current.rev) plan.conflicts.push({ uid, current });
    else plan.remove.push(current);
  }
  return plan;
}

/** The first uid that stands in the diff twice. */
export function repeatedUid(diff: Diff<unknown>): string | undefined {
  const seen = new Set<string>();
  for (const { uid } of [...diff.created, ...diff.updated, ...diff.deleted]) {
    if (seen.has(uid)) return uid;
    seen.add(uid);
  }
  return undefined;
}
