import { setImmediate as nextTurn } from 'node:timers/promises';
import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { Rows } from '@/lib/db/copy/rows';
import { CopyStream } from '@/lib/db/copy/stream';
import { annotations, revisions, spanAnnotations } from '@/lib/db/schema';
import { wireRow } from '@/lib/db/wire';
import type { Reject } from '../conversion/rows';
import type { MarkTable } from '../plan/mark';
import { columnsOf } from '../plan/mark-rows';
import { convertedMarks, rejectOf } from '../plan/marks';
import type { Plan } from '../plan/plan';
import type { Rowid } from '../source/cell';
import type { Target } from '../target/connection';
import { findCheckpoint, writeCheckpoint } from '../target/state';
import { storeRejects } from './rejects';

/** Rows of the file per transaction. */
const CHUNK = 100_000;
/** Rows sent at once; few enough for others to get their turn. */
const BATCH = 500;
const MOST_REJECTS = 5_000;

/** Moves the annotations or spans that a run before this one has not, chunk by chunk. */
export async function loadMarks(
  target: Target,
  plan: Plan,
  table: MarkTable,
  onRows: (read: number) => void,
): Promise<void> {
  const source = plan.rowsOf(table);
  if (!source) return;
  const checkpoint = await findCheckpoint(target, plan.hash, table);
  const from = checkpoint?.last ?? null;
  const queue = convertedMarks(plan[table], from)[Symbol.iterator]();
  let read = checkpoint?.read ?? 0;
  onRows(read);
  const rows = new Rows();
  for (let next = queue.next(); !next.done; ) {
    await target.transaction(async () => {
      const copy = new CopyStream(target.client, `${table} (${columnsOf(table)})`);
      const rejects: Reject[] = [];
      const end = read + CHUNK;
      let waiting = 0;
      let last: Rowid = 0;
      for (; !next.done && read < end && rejects.length < MOST_REJECTS; next = queue.next()) {
        const { rowid, outcome, row } = next.value;
        read++;
        last = rowid;
        if (outcome === 'rejected') {
          rejects.push(rejectOf(table, source, plan.contextOf(table), rowid));
        } else {
          rows.encoded(row);
          waiting++;
        }
        if (waiting < BATCH) continue;
        await copy.write(rows.done());
        rows.clear();
        await nextTurn();
        onRows(read);
        waiting = 0;
      }
      await copy.write(rows.done());
      rows.clear();
      await copy.end();
      await storeRejects(target, plan.hash, table, rejects);
      await writeCheckpoint(target, plan.hash, table, { last, read });
    });
    onRows(read);
  }
}

/** Gives each moved row the line in the log of revisions that its making would have left. */
export async function logMarks(target: Target, plan: Plan, table: MarkTable): Promise<void> {
  const step = `log of ${table}` as const;
  if (await findCheckpoint(target, plan.hash, step)) return;
  const { drizzle, entity } = TABLE[table];
  await target.transaction(async () => {
    const { text, values } = toQuery(
      sql`insert into ${revisions} (chart_id, rev, uid, entity, op, after, actor, at)
        select chart_id, rev, uid, ${entity}, 'create', ${wireOf(table)}, 'local', created_at
        from ${drizzle}`,
    );
    await target.run(text, values);
    await writeCheckpoint(target, plan.hash, step, { last: 0, read: 0 });
  });
}

export const TABLE = {
  annotations: { drizzle: annotations, entity: 'annotation' },
  span_annotations: { drizzle: spanAnnotations, entity: 'span' },
};

/** A row as the log and the browser know it. */
function wireOf(table: MarkTable): SQL {
  const { drizzle } = TABLE[table];
  return wireRow(drizzle, Object.keys(getTableColumns(drizzle)));
}

const dialect = new PgDialect();
function toQuery(query: SQL): { text: string; values: unknown[] } {
  const { sql: text, params } = dialect.sqlToQuery(query);
  return { text, values: params };
}
