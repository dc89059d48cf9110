import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { completeSpan } from '@/contract/spans';
import { createClient } from './client';
import type { Web } from './environment';
import type { BenchChart } from './make-chart';
import { MINUTE } from './walk';

/** From one span of a person to the next. */
const EVERY_MS = 10_000;
/** Of the newest candles, where whoever is watched labels as well. */
const AMONG = 2_000;

/** Has so many people save spans on a chart until what it answers is called, which says how many they saved. */
export function saveBeside(web: Web, { id: chartId, lastTime }: BenchChart, people: number) {
  const api = createClient(web);
  let isOver = false;
  let saved = 0;
  const each = Array.from({ length: people }, async (_, n) => {
    await sleep((n / people) * EVERY_MS);
    for (let round = 0; !isOver; round++) {
      const startTime = lastTime - (20 + ((round * 97 + n * 389) % (AMONG - 40))) * MINUTE;
      const bars = 5 + ((round + n) % 15);
      const span = completeSpan({
        startTime,
        endTime: startTime + bars * MINUTE,
        label: 'bull_flag',
      });
      await api.spans.save.mutate({ chartId, diff: { created: [{ uid: randomUUID(), ...span }] } });
      saved++;
      const next = performance.now() + EVERY_MS;
      while (!isOver && performance.now() < next) await sleep(200);
    }
  });
  const working = Promise.all(each);
  // What fails is thrown to whoever ends it.
  working.catch(() => {});
  return async () => {
    isOver = true;
    await working;
    return saved;
  };
}
