import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';

/** What a person would have felt of a page. */
export type Felt = {
  /** By web-vitals. */
  inpMs: number;
  interactions: number;
  /** The longest of each kind, by its key or its kind of event. */
  slowest: Record<string, number>;
  /** Those over 50 ms, as the browser tells of long animation frames. */
  longFrames: { ms: number; cause: string }[];
};

type Watching = { felt: Felt };

/** Watches the page from now on, past its content policy; what it answers reads what was seen. */
export async function watchFelt(page: Page): Promise<() => Promise<Felt>> {
  const file = createRequire(import.meta.url).resolve('web-vitals');
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: await readFile(file, 'utf8') });
  await page.evaluate(watch);
  return () =>
    page.evaluate(() => {
      const { felt } = window as unknown as Watching;
      return { ...felt, interactions: performance.interactionCount };
    });
}

type LongFrame = PerformanceEntry & {
  scripts: { invoker: string; sourceFunctionName: string; duration: number }[];
};

type Timing = PerformanceEntry & { interactionId?: number };

/** Runs in the page. */
function watch() {
  const page = window as unknown as Watching & {
    webVitals: typeof import('web-vitals');
  };
  const felt: Felt = { inpMs: 0, interactions: 0, slowest: {}, longFrames: [] };
  const keyOf = new Map<number, string>();
  addEventListener('keydown', ({ key, timeStamp }) => keyOf.set(timeStamp, key), true);
  new PerformanceObserver((list) => {
    for (const { name, startTime, duration, interactionId } of list.getEntries() as Timing[]) {
      if (!interactionId) continue;
      const kind = keyOf.get(startTime) ?? name;
      felt.slowest[kind] = Math.max(felt.slowest[kind] ?? 0, duration);
    }
  }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
  page.felt = felt;
  // What no interaction came over took less than can be told.
  const options = { reportAllChanges: true, durationThreshold: 16 };
  page.webVitals.onINP(({ value }) => (felt.inpMs = value), options);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as LongFrame[]) {
      const causes = entry.scripts
        .toSorted((a, b) => b.duration - a.duration)
        .slice(0, 2)
        .map(
          ({ invoker, sourceFunctionName, duration }) =>
            `${invoker} ${sourceFunctionName} ${duration.toFixed(0)} ms`,
        );
      felt.longFrames.push({ ms: entry.duration, cause: causes.join(', ') || 'layout and paint' });
    }
  }).observe({ type: 'long-animation-frame' });
}
