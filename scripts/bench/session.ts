import type { Browser } from '@playwright/test';
import { inBrowser, openWorkbench } from './setup/browser';
import { assertBudget, count, sizeOf } from './setup/compare';
import { type BenchEnvironment, type Web, withBenchEnvironment } from './setup/environment';
import { label } from './setup/labelling';
import type { BenchChart } from './setup/make-chart';
import { makeMarkedChart } from './setup/make-marked-chart';
import { saveBeside } from './setup/save-beside';
import { type Felt, watchFelt } from './setup/watch-felt';

const CANDLES_PER_SPAN = 100;

export const run = () => withBenchEnvironment(measure);

/** The same scripted labelling on a long chart and on a short one, as many others saving on either. */
export async function measure(environment: BenchEnvironment): Promise<void> {
  const seconds = sizeOf('BENCH_SECONDS', 600);
  const people = sizeOf('BENCH_PEOPLE', 20);
  const long = sizeOf('BENCH_ROWS', 10_000_000);
  const short = sizeOf('BENCH_SHORT_ROWS', 2_000);
  const charts: { chart: BenchChart; spans: number; name: string }[] = [];
  for (const candles of [long, short]) {
    const spans = Math.round(candles / CANDLES_PER_SPAN);
    const chart = await makeMarkedChart(environment, candles, spans);
    charts.push({ chart, spans, name: `${count(candles)} candles, ${count(spans)} spans` });
  }
  const web = await environment.openWeb();
  console.log(`${seconds} s of labelling, ${people} others saving`);
  const felt: Felt[] = [];
  await inBrowser(async (browser) => {
    for (const { chart, spans, name } of charts) {
      const side = await labelOn(browser, web, { chart, spans, seconds, people });
      felt.push(side);
      print(name, side);
    }
  });
  const [ours, baseline] = felt as [Felt, Felt];
  const budget = Math.min(baseline.inpMs + 8, 200);
  const inp = 'from an interaction to the next paint (INP, its 98th percentile)';
  assertBudget(inp, ours.inpMs, { atMost: budget }, ' ms');
  const frames = 1.15 * baseline.longFrames.length + 2;
  assertBudget('frames over 50 ms', ours.longFrames.length, { atMost: frames }, '');
}

type Side = { chart: BenchChart; spans: number; seconds: number; people: number };

async function labelOn(browser: Browser, web: Web, { chart, spans, seconds, people }: Side) {
  const page = await openWorkbench(browser, web, chart.id, spans);
  const read = await watchFelt(page);
  const stop = saveBeside(web, chart, people);
  try {
    const drawn = await label(page, seconds);
    return { ...(await read()), drawn, saved: await stop() };
  } finally {
    await stop();
    await page.context().close();
  }
}

function print(name: string, side: Felt & { drawn: number; saved: number }) {
  const { inpMs, interactions, longFrames, slowest, drawn, saved } = side;
  const longest = Math.max(0, ...longFrames.map(({ ms }) => ms));
  console.log(`  ${name}: ${count(drawn)} spans drawn, ${count(saved)} saved by others`);
  console.log(
    `    ${count(interactions)} interactions, INP ${inpMs} ms; ${longFrames.length} frames over 50 ms, the longest ${longest.toFixed(0)} ms`,
  );
  const kinds = Object.entries(slowest).sort(([, a], [, b]) => b - a);
  const told = kinds.slice(0, 8).map(([kind, ms]) => `${kind} ${ms} ms`);
  console.log(`    the slowest of each kind: ${told.join(', ')}`);
  for (const { ms, cause } of longFrames.toSorted((a, b) => b.ms - a.ms).slice(0, 5)) {
    console.log(`      ${ms.toFixed(0)} ms: ${cause}`);
  }
}
