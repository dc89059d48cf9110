import type { Change } from '../changes';
import { TABLE } from '../load/marks';
import type { MarkTable } from '../plan/mark';
import { columnsOf, compareRows, idOf, uidOf } from '../plan/mark-rows';
import { convertedMarks, lossyOf } from '../plan/marks';
import type { Plan } from '../plan/plan';
import type { Target } from '../target/connection';
import type { Check } from './check';
import { CopyReader } from './copy-reader';

const SHOWN = 5;

/**
 * Reads all annotations or spans back, with their lines in the log, and compares each value with
 * what was converted. They lie in the order of the file, or nearly so after an interruption.
 */
export async function verifyMarks(
  target: Target,
  plan: Plan,
  table: MarkTable,
  onRows: (rows: number) => void,
  onChange: (change: Change) => void,
): Promise<Check> {
  const wrong: string[] = [];
  const expected = expectedRows(plan, table, onRows, onChange);
  const waiting = new Map<string, Buffer>();
  const strangers = new Map<string, Buffer>();
  const compare = (wanted: Buffer, there: Buffer) => {
    if (wanted.equals(there)) return;
    compareRows(table, wanted, there, (name, a, b) => {
      if (wrong.length < SHOWN)
        wrong.push(`row ${idOf(wanted)}: ${name} is ${shown(b)}, not ${shown(a)}`);
    });
  };
  const match = (uid: string) => {
    const [wanted, there] = [waiting.get(uid), strangers.get(uid)];
    if (!wanted || !there) return;
    waiting.delete(uid);
    strangers.delete(uid);
    compare(wanted, there);
  };
  const wait = (rows: Map<string, Buffer>, row: Buffer) => {
    rows.set(uidOf(row), Buffer.from(row));
    match(uidOf(row));
  };
  let rows = 0;
  const row = (bytes: Buffer, from: number, to: number) => {
    rows++;
    const there = bytes.subarray(from, to);
    const next = expected.next();
    if (!next.done && uidOf(next.value) === uidOf(there)) {
      compare(next.value, there);
      return;
    }
    if (!next.done) wait(waiting, next.value);
    wait(strangers, there);
  };
  const reader = new CopyReader(`${table} (${columnsOf(table)})`, { row });
  target.client.query(reader);
  await reader.ended;
  for (const wanted of { [Symbol.iterator]: () => expected }) wait(waiting, wanted);
  for (const row of waiting.values()) wrong.push(`row ${idOf(row)} is missing`);
  for (const row of strangers.values()) wrong.push(`the file has no row for ${idOf(row)}`);
  wrong.push(...(await compareLog(target, table, rows)));
  const text = `${rows.toLocaleString('en')} ${table} read back and compared, with their history`;
  return { name: table, passed: wrong.length === 0, text, details: wrong.slice(0, SHOWN) };
}

/** The rows that there should be, in the order of the file; each overwrites the one before. */
function* expectedRows(
  plan: Plan,
  table: MarkTable,
  onRows: (rows: number) => void,
  onChange: (change: Change) => void,
): Generator<Buffer, undefined> {
  const source = plan.rowsOf(table);
  if (!source) return;
  let read = 0;
  for (const { rowid, outcome, row } of convertedMarks(plan[table], null)) {
    onRows(++read);
    if (outcome === 'rejected') continue;
    if (outcome === 'changed') {
      for (const lossy of lossyOf(table, source, plan.contextOf(table), rowid)) {
        onChange({ table, rowid, ...lossy });
      }
    }
    yield row;
  }
}

const shown = (value: unknown) => JSON.stringify(value)?.slice(0, 120);

/** Each row has one line in the log, which is about it; what it holds was made from the row. */
async function compareLog(target: Target, table: MarkTable, rows: number): Promise<string[]> {
  const { lines, n } = await target.one<{ lines: number; n: number }>(
    `select count(*)::float8 as lines, count(m.id) filter (
       where r.chart_id = m.chart_id and r.rev = m.rev and r.op = 'create'
         and r.before is null and r.at = m.created_at and r.after ->> 'uid' = m.uid::text
         and (r.after ->> 'id')::int = m.id)::float8 as n
     from revisions r left join ${table} m on m.uid = r.uid where r.entity = $1`,
    [TABLE[table].entity],
  );
  const wrong = n === rows ? [] : [`${rows - n} rows have no true line in the log of revisions`];
  if (lines !== rows) wrong.push(`the log has ${lines} lines and not ${rows}`);
  return wrong;
}
