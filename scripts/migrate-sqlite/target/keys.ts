import type { Target } from './connection';
import type { Key } from './state';

/** The primary key and the foreign keys of candles, which slow a load down four times. */
export async function readKeys(target: Target): Promise<Key[]> {
  return target.rows<Key>(
    `select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint
     where conrelid = 'candles'::regclass and contype in ('p', 'f', 'u')
     order by contype desc, conname`,
  );
}

export async function dropKeys(target: Target, keys: Key[]): Promise<void> {
  for (const { name } of keys) {
    await target.run(`alter table candles drop constraint ${quote(name)}`);
  }
}

/** Puts back those that are not there, each in a transaction of its own. */
export async function buildKeys(
  target: Target,
  keys: Key[],
  onKey: (definition: string) => void,
): Promise<void> {
  const there = new Set((await readKeys(target)).map((key) => key.name));
  for (const { name, definition } of keys) {
    if (there.has(name)) continue;
    onKey(definition);
    await target.run(`alter table candles add constraint ${quote(name)} ${definition}`);
  }
}

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;
