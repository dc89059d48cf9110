import type { Keep, Unsaved } from './save-queue';

/** Keeps what is unsaved of one chart in this browser until the server has it. */
export function localKeep(chartId: number): Keep {
  const key = `candle-annotator:unsaved:${chartId}`;
  return {
    load() {
      const text = localStorage.getItem(key);
      if (!text) return [];
      try {
        return JSON.parse(text) as Unsaved[];
      } catch (error) {
        console.warn(`${key} does not hold JSON and was put aside`, error);
        localStorage.setItem(`${key}:unreadable`, text);
        localStorage.removeItem(key);
        return [];
      }
    },
    store(unsaved) {
      if (unsaved.length === 0) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(unsaved));
    },
  };
}
