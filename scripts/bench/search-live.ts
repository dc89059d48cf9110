import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveAnswer } from '@/contract/searches';
import { startWorker } from '../runtime/ml';
import { pythonEnvironment } from '../runtime/python';
import { type Api, createClient } from './setup/client';
import { assertBudget, count, percentile, sizeOf } from './setup/compare';
import { type BenchEnvironment, withBenchEnvironment } from './setup/environment';
import { makeChart } from './setup/make-chart';
import { MINUTE } from './setup/walk';

/** As a pointer moves: sixty times a second. */
const MOVE_MS = 1_000 / 60;
const DAY_MINUTES = 1_440;
const BARS = 40;
const LABEL = 'bull_flag';

const BUDGET_MS = 150;

export const run = () => withBenchEnvironment(measure);

type Asking = { api: Api; chartId: number; startTime: number };

/** An edge that is dragged over a long chart, and how old the newest answer's edge is, through everything that the browser's request goes through. */
export async function measure(environment: BenchEnvironment): Promise<void> {
  const candles = sizeOf('BENCH_ROWS', 1_000_000);
  const seconds = sizeOf('BENCH_SECONDS', 10);
  const chart = await makeChart(environment, candles);
  await pythonEnvironment({ dev: true });
  const api = createClient(await environment.openWeb());
  await startWorker(environment.url);
  // A Tuesday about the middle: weeks have five days of minutes.
  const weeks = Math.floor(candles / 2 / (5 * DAY_MINUTES));
  const startTime = chart.firstTime + (7 * weeks + 1) * DAY_MINUTES * MINUTE;
  const asking = { api, chartId: chart.id, startTime };
  const first = await firstAnswer(asking);
  const { waits, answers } = await drag(asking, seconds);
  const stored = await storedSearch(asking);
  console.log(`${count(candles)} candles, an edge dragged for ${seconds} s`);
  console.log(`  first answer, which reads the chart  ${first.toFixed(0)} ms`);
  console.log(
    `  from a move to an answer of it or later  ${percentile(waits, 'p50').toFixed(0)} ms, p95 ${percentile(waits, 'p95').toFixed(0)} ms`,
  );
  console.log(`  answers a second  ${(answers / seconds).toFixed(1)}`);
  console.log(`  the same as a stored search  ${stored.toFixed(0)} ms`);
  assertBudget(`${BUDGET_MS} ms at p95`, percentile(waits, 'p95') / BUDGET_MS, { atMost: 1 });
}

/** Moves the end by a bar at each step and has one question under way, of the newest end, as the panel does. */
async function drag(asking: Asking, seconds: number) {
  const asker = randomUUID();
  const moved: number[] = [];
  const waits: number[] = [];
  let isMoving = true;
  let answers = 0;
  let answered = 0;
  const moving = (async () => {
    const until = performance.now() + seconds * 1_000;
    while (performance.now() < until) {
      moved.push(performance.now());
      await sleep(MOVE_MS);
    }
    isMoving = false;
  })();
  while (isMoving || answered < moved.length) {
    const newest = moved.length;
    if (newest === answered) {
      await sleep(1);
      continue;
    }
    const { matches, problem } = await ask(asking, asker, BARS + (newest % BARS));
    if (!matches?.length) throw new Error(`nothing was found: ${problem}`);
    const now = performance.now();
    answers++;
    waits.push(...moved.slice(answered, newest).map((at) => now - at));
    answered = newest;
  }
  await moving;
  return { waits, answers };
}

const ask = (
  { api, chartId, startTime }: Asking,
  asker: string,
  bars: number,
): Promise<LiveAnswer> => {
  const endTime = startTime + (bars - 1) * MINUTE;
  return api.searches.live.query({ chartId, startTime, endTime, label: LABEL, asker });
};

/** Milliseconds; the service may not listen at once. */
async function firstAnswer(asking: Asking): Promise<number> {
  let said: string | null = null;
  for (let attempt = 0; attempt < 20; attempt++) {
    const started = performance.now();
    const { matches, problem } = await ask(asking, randomUUID(), BARS);
    said = problem;
    if (matches) return performance.now() - started;
    await sleep(500);
  }
  throw new Error(`the model service never answered: ${said}`);
}

/** Milliseconds from the request to its stored candidates. */
async function storedSearch({ api, chartId, startTime }: Asking): Promise<number> {
  const started = performance.now();
  const endTime = startTime + (BARS - 1) * MINUTE;
  await api.searches.start.mutate({ chartId, startTime, endTime, label: LABEL });
  while (performance.now() - started < 60_000) {
    const [search] = await api.searches.list.query({ chartId });
    if (search?.status === 'succeeded') return performance.now() - started;
    if (search?.status === 'failed') throw new Error(search.error ?? 'the search failed');
    await sleep(5);
  }
  throw new Error('nobody took the search');
}
