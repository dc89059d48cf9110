import type { z } from 'zod';
import { createJSONStorage, persist } from 'zustand/middleware';
import { createStore } from 'zustand/vanilla';

/** Storage that is full or forbidden costs what was to be kept, and nothing else. */
const storage = createJSONStorage(() => {
  const { localStorage } = window;
  return {
    getItem: (name) => localStorage.getItem(name),
    setItem(name, value) {
      try {
        localStorage.setItem(name, value);
      } catch (error) {
        console.warn(`${name} is not kept`, error);
      }
    },
    removeItem: (name) => localStorage.removeItem(name),
  };
});

/** A store that this browser keeps; what it kept of another version counts for nothing. */
export const keptStore = <State>(name: string, initial: State, schema: z.ZodType<State>) =>
  createStore<State>()(
    persist(() => initial, {
      name: `candle-annotator:${name}`,
      storage,
      merge: (kept, current) => schema.safeParse(kept).data ?? current,
    }),
  );
