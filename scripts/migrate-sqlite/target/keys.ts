import type { Target } from './connection';
import type { Key } from './state';

/** What a load fills: candles beside what is drawn on them. */
export const CANDLES = ['candles'];
export const MARKS = ['annotations', 'span_annotations', 'revisions'];

/**
 * The keys and indexes of tables that are about to be filled. Building them afterwards, and
 * proving foreign keys for all rows at once, takes a fraction of doing so row by row.
 */
export function readKeys(target: Target): Promise<Key[]> {
  return target.rows<Key>(
    `select conrelid::regclass::text as table, conname as name, contype as type,
       pg_get_constraintdef(oid) as definition
     from pg_constraint where conrelid = any($1::regclass[]) and contype in ('p', 'u', 'f')
     union all
     select indrelid::regclass::text, relname, 'i', pg_get_indexdef(indexrelid)
     from pg_index join pg_class on pg_class.oid = indexrelid
     where indrelid = any($1::regclass[])
       and not exists (select from pg_constraint where conindid = indexrelid and contype in ('p', 'u'))
     order by 1, 2`,
    [[...CANDLES, ...MARKS]],
  );
}

/** Whether PostgreSQL looks rows up by it. */
export const isIndex = ({ type }: Key): boolean => type !== 'f';

const ORDER = ['p', 'u', 'i', 'f'];
const inOrder = (keys: Key[]) =>
  [...keys].sort((a, b) => ORDER.indexOf(a.type) - ORDER.indexOf(b.type));

export async function dropKeys(target: Target, keys: Key[]): Promise<void> {
  for (const { table, name, type } of inOrder(keys).reverse()) {
    await target.run(
      type === 'i'
        ? `drop index ${quote(name)}`
        : `alter table ${table} drop constraint ${quote(name)}`,
    );
  }
}

/** Puts back those of the tables' keys that are not there, each in a transaction of its own. */
export async function buildKeys(
  target: Target,
  keys: Key[],
  tables: string[],
  say: (text: string) => void,
): Promise<void> {
  const there = new Set((await readKeys(target)).map((key) => key.name));
  for (const { table, name, type, definition } of inOrder(keys)) {
    if (there.has(name) || !tables.includes(table)) continue;
    say(`adding ${type === 'i' ? definition : `${table}: ${definition}`}`);
    await target.run(
      type === 'i'
        ? definition
        : `alter table ${table} add constraint ${quote(name)} ${definition}`,
    );
  }
}

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;
