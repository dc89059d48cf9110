'use client';

import { useMemo } from 'react';
import * as z from 'zod';
import { useStore } from 'zustand';
import { keptStore } from './kept-store';

type Keyed = { keys: readonly string[] };
/** By the id of a command: the keys that somebody chose for it, none where it is to have none. */
export type ChosenKeys = Readonly<Record<string, readonly string[]>>;

/** Kept in the browser, like everything that depends on the keyboard at hand. */
export const keymap = keptStore<{ keys: ChosenKeys }>(
  'keys',
  { keys: {} },
  z.object({ keys: z.record(z.string(), z.array(z.string())) }),
);

/** A table of commands with the keys that are chosen; `page` stands before its ids in what is kept. */
export function withKeys<Table extends Record<string, Keyed>>(
  table: Table,
  chosen: ChosenKeys,
  page: string,
): Table {
  const entries = Object.entries(table).map(([id, command]) => {
    const keys = chosen[page + id];
    return [id, keys ? { ...command, keys } : command];
  });
  return Object.fromEntries(entries) as Table;
}

export function useKeys<Table extends Record<string, Keyed>>(table: Table, page: string): Table {
  const chosen = useStore(keymap, ({ keys }) => keys);
  return useMemo(() => withKeys(table, chosen, page), [table, chosen, page]);
}

/** The other commands that a key belongs to already. */
export const holdersOf = (table: Record<string, Keyed>, key: string, but: string): string[] =>
  Object.keys(table).filter((id) => id !== but && table[id]?.keys.includes(key));

/** Gives a command this key and no other; who had it goes without. `table` is as it is now. */
export function giveKey(
  table: Record<string, Keyed>,
  chosen: ChosenKeys,
  page: string,
  id: string,
  key: string | null,
): ChosenKeys {
  const next: Record<string, readonly string[]> = { ...chosen };
  for (const other of key === null ? [] : holdersOf(table, key, id)) {
    next[page + other] = table[other]?.keys.filter((each) => each !== key) ?? [];
  }
  next[page + id] = key === null ? [] : [key];
  return next;
}

/** Gives a command of the table as it was made its own keys back, also from who was given one since. */
export function resetKeys(
  made: Record<string, Keyed>,
  chosen: ChosenKeys,
  page: string,
  id: string,
): ChosenKeys {
  const own = made[id]?.keys ?? [];
  const rest = Object.entries(chosen).filter(([each]) => each !== page + id);
  return Object.fromEntries(
    rest.map(([each, keys]) => [
      each,
      // A key that both have by themselves is shared by what they say about when.
      each.startsWith(page) && !made[each.slice(page.length)]?.keys.some((k) => own.includes(k))
        ? keys.filter((key) => !own.includes(key))
        : keys,
    ]),
  );
}
