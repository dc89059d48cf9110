import { isDeepStrictEqual } from 'node:util';
import { type SQL, sql } from 'drizzle-orm';
import { FIELDS, TABLE, toQuery, wireOf } from '../load/marks';
import { decideMarks, type Mark, type MarkTable } from '../plan/marks';
import type { Plan } from '../plan/plan';
import { count, countReason, emptyTally, type Tally } from '../plan/tally';
import type { Target } from '../target/connection';
import type { Change } from './changes';
import type { Check } from './check';

const BATCH = 5_000;
const SHOWN = 5;

/** Reads all annotations or spans back, with their lines in the log, and compares each value. */
export async function verifyMarks(
  target: Target,
  plan: Plan,
  table: MarkTable,
  onRows: (rows: number) => void,
  onChange: (change: Change) => void,
): Promise<{ check: Check; tally: Tally }> {
  const tally = emptyTally();
  const wrong: string[] = [];
  let marks: Mark[] = [];
  const flush = async () => {
    wrong.push(...(await compareMarks(target, table, marks)).slice(0, SHOWN - wrong.length));
    marks = [];
    onRows(tally.read);
  };
  const rows = plan.rowsOf(table);
  const decided = rows ? decideMarks(table, rows, plan.contextOf(table), plan.hash, null) : [];
  for (const row of decided) {
    tally.read++;
    if ('reject' in row) {
      countReason(tally, row.reject.reason);
      continue;
    }
    tally.stored++;
    for (const note of row.notes) count(tally.conversions, note);
    for (const lost of row.lost) onChange({ table, rowid: row.rowid, ...lost });
    marks.push({ ...row.mark, id: plan[table].ids.idOf(row.rowid, row.own) });
    if (marks.length === BATCH) await flush();
  }
  await flush();
  const { n } = await target.one<{ n: number }>(`select count(*)::float8 as n from ${table}`);
  if (n !== tally.stored) wrong.push(`there are ${n} rows and not ${tally.stored}`);
  wrong.push(...(await compareLog(target, table)));
  const text = `${n.toLocaleString('en')} ${table} read back and compared, with their history`;
  return { check: { name: table, passed: wrong.length === 0, text, details: wrong }, tally };
}

async function compareMarks(target: Target, table: MarkTable, marks: Mark[]): Promise<string[]> {
  if (marks.length === 0) return [];
  const types = Object.entries(FIELDS[table]);
  const fields = types.map(([name, type]) =>
    type === 'time' ? `extract(epoch from ${name})::float8 as ${name}` : name,
  );
  const found = await target.rows<Record<string, unknown>>(
    `select uid, id, chart_id, rev::int, extract(epoch from created_at)::float8 as created_at,
       created_by, updated_by, updated_at = created_at as "isFresh", ${fields.join(', ')}
     from ${table} where uid = any($1::uuid[])`,
    [marks.map((mark) => mark.uid)],
  );
  const byUid = new Map(found.map((row) => [row.uid, row]));
  return marks.flatMap((mark) => {
    const there = byUid.get(mark.uid);
    if (!there) return [`row ${mark.id} is missing`];
    const { uid, id, chart_id, created_at } = mark;
    const by = { created_by: 'local', updated_by: 'local', isFresh: true };
    const wanted: Record<string, unknown> = { uid, id, chart_id, rev: 1, created_at, ...by };
    for (const [name, type] of types) {
      const value = mark.fields[name] ?? null;
      wanted[name] =
        type === 'json' && value !== null ? (value as { value: unknown }).value : value;
    }
    const odd = Object.keys(wanted).filter((name) => !isSame(wanted[name], there[name]));
    return odd.map(
      (name) => `row ${id}: ${name} is ${shown(there[name])}, not ${shown(wanted[name])}`,
    );
  });
}

const shown = (value: unknown) => JSON.stringify(value)?.slice(0, 120);

/** JSON has no -0 of its own in PostgreSQL; all else is the same value of the same type. */
function isSame(a: unknown, b: unknown): boolean {
  return (
    isDeepStrictEqual(a, b) || (typeof a === 'object' && isDeepStrictEqual(plain(a), plain(b)))
  );
}
const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

/** Each row has one line in the log, which holds the row as it is. */
async function compareLog(target: Target, table: MarkTable): Promise<string[]> {
  const { drizzle, entity } = TABLE[table];
  const query: SQL = sql`select count(*)::float8 as n from ${drizzle} where not exists (
    select from revisions r where r.uid = ${drizzle.uid} and r.chart_id = ${drizzle.chartId}
      and r.rev = ${drizzle.rev} and r.entity = ${entity} and r.op = 'create' and r.before is null
      and r.at = ${drizzle.createdAt} and r.after = ${wireOf(table)})`;
  const { text, values } = toQuery(query);
  const { n } = await target.one<{ n: number }>(text, values);
  const { lines } = await target.one<{ lines: number }>(
    `select (select count(*) from revisions where entity = $1) - (select count(*) from ${table}) as lines`,
    [entity],
  );
  const wrong = n > 0 ? [`${n} rows have no true line in the log of revisions`] : [];
  if (Number(lines) !== 0) wrong.push(`the log has ${lines} lines more than there are rows`);
  return wrong;
}
