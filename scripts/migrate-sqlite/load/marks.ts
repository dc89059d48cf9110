import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { annotations, revisions, spanAnnotations } from '@/lib/db/schema';
import { anyOf, wireRow } from '@/lib/db/wire';
import { copyIn } from '@/server/candles/import/copy';
import type { Reject } from '../decisions/rows';
import { decideMarks, type Mark, type MarkTable } from '../plan/marks';
import type { Plan } from '../plan/plan';
import type { Rowid } from '../source/cells';
import type { Target } from '../target/connection';
import { findCheckpoint, writeCheckpoint } from '../target/state';
import { encodeRows, type Field, jsonField, textField, uuidField } from './encode';
import { storeRejects } from './rejects';

const CHUNK = 20_000;

/** The columns of each table beside those that all marks have, with how they are sent. */
export const FIELDS: Record<MarkTable, Record<string, 'time' | 'text' | 'int4' | 'json'>> = {
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
const COMMON = 'id, uid, chart_id, rev, created_at, updated_at, created_by, updated_by';
/** Each chart draws one rev, for all that was on it. */
const REV = 1;
const LOCAL = textField('local');

/** Moves annotations or spans, each with the line in the log that its making would have left. */
export async function loadMarks(
  target: Target,
  plan: Plan,
  table: MarkTable,
  onRows: (read: number) => void,
): Promise<void> {
  const rows = plan.rowsOf(table);
  if (!rows) return;
  const checkpoint = await findCheckpoint(target, plan.hash, table);
  let read = checkpoint?.read ?? 0;
  let chunk = emptyChunk();
  const flush = async () => {
    await storeChunk(target, plan, table, chunk, read);
    onRows(read);
    chunk = emptyChunk();
  };
  const decided = decideMarks(
    table,
    rows,
    plan.contextOf(table),
    plan.hash,
    checkpoint?.last ?? null,
  );
  for (const row of decided) {
    read++;
    chunk.last = row.rowid;
    if ('reject' in row) chunk.rejects.push(row.reject);
    else chunk.marks.push({ ...row.mark, id: plan[table].ids.idOf(row.rowid, row.own) });
    if (chunk.marks.length + chunk.rejects.length === CHUNK) await flush();
  }
  if (chunk.last !== null) await flush();
}

type Chunk = { marks: Mark[]; rejects: Reject[]; last: Rowid | null };
const emptyChunk = (): Chunk => ({ marks: [], rejects: [], last: null });

function storeChunk(
  target: Target,
  plan: Plan,
  table: MarkTable,
  { marks, rejects, last }: Chunk,
  read: number,
): Promise<void> {
  return target.transaction(async () => {
    const fields = Object.keys(FIELDS[table]).join(', ');
    const bytes = encodeRows(marks.map((mark) => encodeMark(table, mark)));
    await copyIn(target.client, `${table} (${COMMON}, ${fields})`, bytes);
    const uids = marks.map((mark) => mark.uid);
    await runSql(target, logCreation(table, uids));
    await storeRejects(target, plan.hash, table, rejects);
    if (last !== null) await writeCheckpoint(target, plan.hash, table, { last, read });
  });
}

function encodeMark(table: MarkTable, mark: Mark): Field[] {
  const created = { time: mark.created_at };
  const common = [{ int4: mark.id }, uuidField(mark.uid), { int4: mark.chart_id }, { int8: REV }];
  const fields = Object.entries(FIELDS[table]).map(([name, type]): Field => {
    const value = mark.fields[name] ?? null;
    if (value === null) return null;
    if (type === 'json') return jsonField((value as { text: string }).text);
    if (type === 'text') return textField(String(value));
    return type === 'time' ? { time: Number(value) } : { int4: Number(value) };
  });
  return [...common, created, created, LOCAL, LOCAL, ...fields];
}

function logCreation(table: MarkTable, uids: string[]): SQL {
  const { drizzle, entity } = TABLE[table];
  return sql`insert into ${revisions} (chart_id, rev, uid, entity, op, after, actor, at)
    select chart_id, rev, uid, ${entity}, 'create', ${wireOf(table)}, 'local', created_at
    from ${drizzle} where ${anyOf(drizzle.uid, uids)}`;
}

export const TABLE = {
  annotations: { drizzle: annotations, entity: 'annotation' },
  span_annotations: { drizzle: spanAnnotations, entity: 'span' },
};

/** A row as the log and the browser know it. */
export function wireOf(table: MarkTable): SQL {
  const { createdBy: _, updatedBy: __, ...columns } = getTableColumns(TABLE[table].drizzle);
  return wireRow(TABLE[table].drizzle, Object.keys(columns));
}

const dialect = new PgDialect();
export function toQuery(query: SQL): { text: string; values: unknown[] } {
  const { sql: text, params } = dialect.sqlToQuery(query);
  return { text, values: params };
}

async function runSql(target: Target, query: SQL) {
  const { text, values } = toQuery(query);
  await target.run(text, values);
}
