import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import * as z from 'zod';
import { type EditorRecord, isKind } from '@/editor/kinds/kinds';
import type { KeptList, UnsavedStore } from './types';

const record = z
  .looseObject({ kind: z.string().refine(isKind), uid: z.string() })
  .transform((value) => value as unknown as EditorRecord)
  .nullable();
const unsavedSchema = z.array(
  z.object({
    uid: z.string(),
    mine: record,
    base: z.object({ record: record.unwrap(), rev: z.number() }).nullable(),
    // Absent in what an earlier version left.
    deleted: z.number().nullable().default(null),
    attempts: z.array(record),
  }),
);

interface Kept extends DBSchema {
  /** What a page has unsaved of a chart, by `chart:page`. */
  unsaved: { key: string; value: unknown };
  /** What could not be read. */
  unreadable: { key: string; value: unknown };
}

let opened: Promise<IDBPDatabase<Kept>> | undefined;
/** One connection for the page. A refusal is not kept: the next change tries again. */
function database(): Promise<IDBPDatabase<Kept>> {
  opened ??= openDB<Kept>('candle-annotator', 1, {
    upgrade(made) {
      made.createObjectStore('unsaved');
      made.createObjectStore('unreadable');
    },
    terminated() {
      opened = undefined;
    },
  });
  opened.catch(() => {
    opened = undefined;
  });
  return opened;
}

/** Changes of a chart's records. */
export const unsavedStorage = (chartId: number): UnsavedStore =>
  keptList(`${chartId}:`, unsavedSchema);

/**
 * Keeps what is unsaved of one chart in this browser until the server has it. Each page has an
 * entry of its own, held by a lock as long as the page lives, so that two windows on one chart do
 * not overwrite each other, and the next page takes over what a closed or crashed one left.
 */
export function keptList<Item>(prefix: string, schema: z.ZodType<Item[]>): KeptList<Item> {
  const own = `${prefix}${crypto.randomUUID()}`;
  const closed = new AbortController();
  // Browsers have locks on https and on this machine only; elsewhere every entry counts as left.
  const locks: LockManager | undefined = globalThis.navigator?.locks;
  void locks?.request(
    lockOf(own),
    () => new Promise<void>((resolve) => closed.signal.addEventListener('abort', () => resolve())),
  );
  // Open before it is needed, so that a change is on its way to the disk in the moment it is made.
  let db: IDBPDatabase<Kept> | null = null;
  const ready = database().then((found) => {
    db = found;
    return found;
  });
  ready.catch(() => {});

  /** From there to here in one transaction, so that a crash leaves it at one of the two. */
  async function takeOver(key: string): Promise<Item[]> {
    const change = (await ready).transaction(['unsaved', 'unreadable'], 'readwrite');
    const entries = change.objectStore('unsaved');
    const left = await entries.get(key);
    if (left === undefined) return [];
    const read = schema.safeParse(left);
    if (read.success) {
      const mine = schema.safeParse((await entries.get(own)) ?? []);
      await entries.put([...(mine.data ?? []), ...read.data], own);
    } else {
      console.warn(`${key} cannot be read and was put aside`, read.error);
      await change.objectStore('unreadable').put(left, key);
    }
    await entries.delete(key);
    await change.done;
    return read.data ?? [];
  }

  async function write(connection: IDBPDatabase<Kept>, unsaved: Item[]) {
    const change = connection.transaction('unsaved', 'readwrite');
    const asked = unsaved.length === 0 ? change.store.delete(own) : change.store.put(unsaved, own);
    // Without waiting: a page that closes now would end a transaction that is still open.
    change.commit();
    await Promise.all([asked, change.done]);
  }

  return {
    async restore() {
      const left: Item[] = [];
      const keys = await (await ready).getAllKeys(
        'unsaved',
        IDBKeyRange.bound(prefix, `${prefix}\uffff`),
      );
      for (const key of keys.filter((each) => each !== own)) {
        if (!locks) left.push(...(await takeOver(key)));
        else {
          await locks.request(lockOf(key), { ifAvailable: true }, async (lock) => {
            if (lock) left.push(...(await takeOver(key)));
          });
        }
      }
      return left;
    },
    async store(unsaved) {
      if (!db) db = await database();
      await write(db, unsaved);
    },
    close: () => closed.abort(),
  };
}

const lockOf = (key: string) => `candle-annotator:unsaved:${key}`;
