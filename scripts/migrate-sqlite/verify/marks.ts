import { isDeepStrictEqual } from 'node:util';
import { ENTRIES, TABLE } from '../load/marks';
import { decideMarks, type Mark, type MarkTable } from '../plan/marks';
import type { Plan } from '../plan/plan';
import { count, countReason, emptyTally, type Tally } from '../plan/tally';
import type { Target } from '../target/connection';
import type { Change } from './changes';
import type { Check } from './check';

/** Few enough to be gone again while they are young, for the garbage collector. */
const BATCH = 250;
const SHOWN = 5;

/**
 * Reads all annotations or spans back, with their lines in the log, and compares each value with
 * the file, read anew. They lie in the order of the file, or nearly so after an interruption.
 */
export async function verifyMarks(
  target: Target,
  plan: Plan,
  table: MarkTable,
  onRows: (rows: number) => void,
  onChange: (change: Change) => void,
): Promise<{ check: Check; tally: Tally }> {
  const tally = emptyTally();
  const wrong: string[] = [];
  const expected = expectedMarks(plan, table, tally, onChange);
  const waiting = new Map<string, Wanted>();
  const strangers = new Map<string, Stored>();
  const match = (uid: string) => {
    const [wanted, there] = [waiting.get(uid), strangers.get(uid)];
    if (!wanted || !there) return;
    waiting.delete(uid);
    strangers.delete(uid);
    wrong.push(...differences(wanted, there).slice(0, SHOWN - wrong.length));
  };
  let rows = 0;
  for await (const page of readMarks(target, table)) {
    rows += page.length;
    for (const there of page) {
      const next = expected.next();
      if (!next.done) {
        waiting.set(next.value.uid, next.value);
        match(next.value.uid);
      }
      strangers.set(there.uid, there);
      match(there.uid);
    }
    onRows(tally.read);
  }
  for (const wanted of { [Symbol.iterator]: () => expected }) {
    waiting.set(wanted.uid, wanted);
    match(wanted.uid);
  }
  onRows(tally.read);
  for (const { id } of waiting.values()) wrong.push(`row ${id} is missing`);
  for (const { id } of strangers.values()) wrong.push(`the file has no row for ${id}`);
  wrong.push(...(await compareLog(target, table)));
  const text = `${rows.toLocaleString('en')} ${table} read back and compared, with their history`;
  const details = wrong.slice(0, SHOWN);
  return { check: { name: table, passed: wrong.length === 0, text, details }, tally };
}

type Stored = Record<string, unknown> & { uid: string; id: number };
type Wanted = Stored;

/** The rows that there should be, in the order of the file. */
function* expectedMarks(
  plan: Plan,
  table: MarkTable,
  tally: Tally,
  onChange: (change: Change) => void,
): Generator<Wanted, undefined> {
  const rows = plan.rowsOf(table);
  if (!rows) return;
  for (const row of decideMarks(table, rows, plan.contextOf(table), plan.hash, null)) {
    tally.read++;
    if ('reject' in row) {
      countReason(tally, row.reject.reason);
      continue;
    }
    tally.stored++;
    for (const note of row.notes) count(tally.conversions, note);
    for (const lost of row.lost) onChange({ table, rowid: row.rowid, ...lost });
    yield wantedOf(table, { ...row.mark, id: plan[table].ids.idOf(row.rowid, row.own) });
  }
}

function wantedOf(table: MarkTable, mark: Mark): Wanted {
  const { uid, id, chart_id, created_at } = mark;
  const by = { created_by: 'local', updated_by: 'local', isFresh: true };
  const wanted: Wanted = { uid, id, chart_id, rev: 1, created_at, ...by };
  for (const [name, type] of ENTRIES[table]) {
    const value = mark.fields[name] ?? null;
    wanted[name] = type === 'json' && value !== null ? (value as { value: unknown }).value : value;
  }
  return wanted;
}

/** Page by page, in the order in which they lie. */
async function* readMarks(target: Target, table: MarkTable): AsyncIterable<Stored[]> {
  const fields = ENTRIES[table].map(([name, type]) =>
    type === 'time' ? `extract(epoch from ${name})::float8 as ${name}` : name,
  );
  await target.run(target.isDryRun ? 'savepoint marks' : 'begin');
  await target.run(
    `declare marks no scroll cursor for select uid, id, chart_id, rev::int,
       extract(epoch from created_at)::float8 as created_at, created_by, updated_by,
       updated_at = created_at as "isFresh", ${fields.join(', ')} from ${table}`,
  );
  for (;;) {
    const page = await target.rows<Stored>(`fetch ${BATCH} from marks`);
    if (page.length === 0) break;
    yield page;
  }
  await target.run(target.isDryRun ? 'release savepoint marks; close marks' : 'commit');
}

function differences(wanted: Wanted, there: Stored): string[] {
  const odd: string[] = [];
  for (const name in wanted) if (!isSame(wanted[name], there[name])) odd.push(name);
  return odd.map((name) => {
    return `row ${wanted.id}: ${name} is ${shown(there[name])}, not ${shown(wanted[name])}`;
  });
}

const shown = (value: unknown) => JSON.stringify(value)?.slice(0, 120);

/** JSON has no -0 of its own in PostgreSQL; all else is the same value of the same type. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || a === null) return false;
  return (
    isDeepStrictEqual(a, b) || (typeof a === 'object' && isDeepStrictEqual(plain(a), plain(b)))
  );
}
const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

/** Each row has one line in the log, which is about it; what it holds was made from the row. */
async function compareLog(target: Target, table: MarkTable): Promise<string[]> {
  const { entity } = TABLE[table];
  const { lines, n } = await target.one<{ lines: number; n: number }>(
    `select (select count(*) from revisions where entity = $1)::float8 as lines,
       (select count(*) from ${table} m join revisions r on r.uid = m.uid
        where r.chart_id = m.chart_id and r.rev = m.rev and r.entity = $1 and r.op = 'create'
          and r.before is null and r.at = m.created_at and r.after ->> 'uid' = m.uid::text
          and (r.after ->> 'id')::int = m.id)::float8 as n`,
    [entity],
  );
  const { rows } = await target.one<{ rows: number }>(
    `select count(*)::float8 as rows from ${table}`,
  );
  const wrong = n === rows ? [] : [`${rows - n} rows have no true line in the log of revisions`];
  if (lines !== rows) wrong.push(`the log has ${lines} lines and not ${rows}`);
  return wrong;
}
