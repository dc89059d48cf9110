import * as z from 'zod';
import { type EditorRecord, isKind } from '@/editor/kinds/kinds';
import type { Unsaved, UnsavedStore } from './types';

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

/**
 * Keeps what is unsaved of one chart in this browser until the server has it. Each page has an
 * entry of its own, held by a lock as long as the page lives, so that two windows on one chart do
 * not overwrite each other, and the next page takes over what a closed or crashed one left.
 */
export function unsavedStorage(chartId: number): UnsavedStore {
  const prefix = `candle-annotator:unsaved:${chartId}:`;
  const own = `${prefix}${crypto.randomUUID()}`;
  const closed = new AbortController();
  // Browsers have locks on https and on this machine only; elsewhere every entry counts as left.
  const locks: LockManager | undefined = navigator.locks;
  void locks?.request(
    own,
    () => new Promise<void>((resolve) => closed.signal.addEventListener('abort', () => resolve())),
  );

  function takeOver(key: string): Unsaved[] {
    const text = localStorage.getItem(key);
    if (text === null) return [];
    const unsaved = parse(key, text);
    // First here, then no longer there: a crash in between leaves it twice, which is harmless.
    if (unsaved.length > 0) write([...read(own), ...unsaved]);
    localStorage.removeItem(key);
    return unsaved;
  }

  const read = (key: string) => parse(key, localStorage.getItem(key) ?? '[]');

  function write(unsaved: Unsaved[]) {
    if (unsaved.length === 0) localStorage.removeItem(own);
    else localStorage.setItem(own, JSON.stringify(unsaved));
  }

  return {
    async restore() {
      const left: Unsaved[] = [];
      const keys = Object.keys(localStorage).filter((key) => key.startsWith(prefix) && key !== own);
      for (const key of keys) {
        if (!locks) left.push(...takeOver(key));
        else {
          await locks.request(key, { ifAvailable: true }, (lock) => {
            if (lock) left.push(...takeOver(key));
          });
        }
      }
      return left;
    },
    store: write,
    close: () => closed.abort(),
  };
}

function parse(key: string, text: string): Unsaved[] {
  try {
    return unsavedSchema.parse(JSON.parse(text));
  } catch (error) {
    console.warn(`${key} cannot be read and was put aside`, error);
    localStorage.setItem(`unreadable:${key}`, text);
    localStorage.removeItem(key);
    return [];
  }
}
