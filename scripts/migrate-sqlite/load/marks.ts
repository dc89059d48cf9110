import { setImmediate as nextTurn } from 'node:timers/promises';
import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { annotations, revisions, spanAnnotations } from '@/lib/db/schema';
import { wireRow } from '@/lib/db/wire';
import { Rows } from '@/server/candles/import/copy';
import { CopyStream } from '@/server/candles/import/copy-stream';
import type { Json } from '../decisions/json';
import type { Reject } from '../decisions/rows';
import { decideMarks, type Mark, type MarkTable } from '../plan/marks';
import type { Plan } from '../plan/plan';
import type { Rowid } from '../source/cells';
import type { Target } from '../target/connection';
import { findCheckpoint, writeCheckpoint } from '../target/state';
import { storeRejects } from './rejects';

/** Rows of the file per transaction. */
const CHUNK = 100_000;
/** Rows sent at once; few enough for others to get their turn. */
const BATCH = 500;
const MOST_REJECTS = 5_000;

/** The columns of each table beside those that all marks have, with how they are sent. */
const FIELDS: Record<MarkTable, Record<string, 'time' | 'text' | 'int4' | 'json'>> = {
  annotations: { time: 'time', label_type: 'text', geometry: 'json', color: 'text' },
  span_annotations: {
    start_time: 'time',
    end_time: 'time',
    label: 'text',
    confidence: 'int4',
    outcome: 'text',
    notes: 'text',
    sub_spans: 'json',
    color: 'text',
    source: 'text',
    model_prediction: 'json',
  },
};
export const ENTRIES = {
  annotations: Object.entries(FIELDS.annotations),
  span_annotations: Object.entries(FIELDS.span_annotations),
};
const COMMON = [
  'id',
  'uid',
  'chart_id',
  'rev',
  'created_at',
  'updated_at',
  'created_by',
  'updated_by',
];
/** Each chart draws one rev, for all that was on it. */
const REV = 1;

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
  const decided = decideMarks(table, source, plan.contextOf(table), plan.hash, from);
  const queue = decided[Symbol.iterator]();
  let read = checkpoint?.read ?? 0;
  onRows(read);
  const columns = [...COMMON, ...Object.keys(FIELDS[table])].join(', ');
  const rows = new Rows();
  for (let next = queue.next(); !next.done; ) {
    await target.transaction(async () => {
      const copy = new CopyStream(target.client, `${table} (${columns})`);
      const rejects: Reject[] = [];
      const end = read + CHUNK;
      let waiting = 0;
      let last: Rowid = 0;
      for (; !next.done && read < end && rejects.length < MOST_REJECTS; next = queue.next()) {
        const row = next.value;
        read++;
        last = row.rowid;
        if ('reject' in row) rejects.push(row.reject);
        else {
          const id = plan[table].ids.idOf(row.rowid, row.own);
          encodeMark(rows, table, { ...row.mark, id });
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

function encodeMark(out: Rows, table: MarkTable, mark: Mark) {
  out.row(COMMON.length + ENTRIES[table].length);
  out.int4(mark.id);
  out.uuid(mark.uid);
  out.int4(mark.chart_id);
  out.int8(REV);
  out.timestamp(mark.created_at);
  out.timestamp(mark.created_at);
  out.text('local');
  out.text('local');
  for (const [name, type] of ENTRIES[table]) {
    const value = mark.fields[name] ?? null;
    if (value === null) out.null();
    else if (type === 'json') out.jsonb((value as Json).text);
    else if (type === 'text') out.text(String(value));
    else if (type === 'time') out.timestamp(Number(value));
    else out.int4(Number(value));
  }
}

export const TABLE = {
  annotations: { drizzle: annotations, entity: 'annotation' },
  span_annotations: { drizzle: spanAnnotations, entity: 'span' },
};

/** A row as the log and the browser know it. */
function wireOf(table: MarkTable): SQL {
  const { createdBy: _, updatedBy: __, ...columns } = getTableColumns(TABLE[table].drizzle);
  return wireRow(TABLE[table].drizzle, Object.keys(columns));
}

const dialect = new PgDialect();
function toQuery(query: SQL): { text: string; values: unknown[] } {
  const { sql: text, params } = dialect.sqlToQuery(query);
  return { text, values: params };
}
