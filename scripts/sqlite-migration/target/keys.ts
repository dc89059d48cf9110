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

/**
 * Builds those of the tables' indexes and proves those of their foreign keys that are not there,
 * each in a transaction of its own. The tables can be read meanwhile. `nameKeys` does the rest.
 */
export async function buildKeys(
  target: Target,
  keys: Key[],
  tables: string[],
  log: (text: string) => void,
): Promise<void> {
  const there = new Set((await readKeys(target)).map((key) => key.name));
  for (const { table, name, type, definition } of inOrder(keys)) {
    if (there.has(name) || !tables.includes(table)) continue;
    log(`adding ${type === 'i' ? definition : `${table}: ${definition}`}`);
    if (type === 'i') await target.run(definition);
    else if (type === 'f') {
      await target.run(`alter table ${table} add constraint ${quote(name)} ${definition}`);
    } else {
      const columns = definition.slice(definition.indexOf('('));
      await target.run(`create unique index ${quote(name)} on ${table} ${columns}`);
    }
  }
}

/** Makes primary and unique keys of the indexes that were built for them. */
export async function nameKeys(target: Target, keys: Key[]): Promise<void> {
  const there = await readKeys(target);
  for (const { table, name, type } of keys) {
    if (type === 'i' || type === 'f') continue;
    if (there.some((key) => key.name === name && key.type === type)) continue;
    const kind = type === 'p' ? 'primary key' : 'unique';
    await target.run(
      `alter table ${table} add constraint ${quote(name)} ${kind} using index ${quote(name)}`,
    );
  }
}

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;
