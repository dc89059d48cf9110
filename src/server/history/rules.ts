import { type Plan, STORED_KEYS, type Stored } from '../records/diff';

/** One row as it was and as it is; null where it was or is not there. */
export type Past<Row> = { uid: string; was: Row | null; is: Row | null };

/** What turns rows as they are into rows as they were. */
export function planRestore<Fields, Row extends Stored & Fields>(
  rows: readonly Past<Row>[],
  same: (was: Fields, is: Row) => boolean,
): Plan<Fields, Row> {
  const plan: Plan<Fields, Row> = { create: [], update: [], remove: [], conflicts: [] };
  for (const { uid, was, is } of rows) {
    const fields = was && { ...fieldsOf<Fields>(was), uid };
    if (!fields) {
      if (is) plan.remove.push(is);
    } else if (!is) plan.create.push(fields);
    else if (!same(fields, is)) plan.update.push({ before: is, fields });
  }
  return plan;
}

function fieldsOf<Fields>(row: Fields & Stored): Fields {
  const entries = Object.entries(row).filter(([key]) => !STORED_KEYS.includes(key as never));
  return Object.fromEntries(entries) as Fields;
}
