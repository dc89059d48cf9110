import type { Page } from '@playwright/test';
import { chooseLevel, strideOf } from '@/chart/view';
import { openBareChart } from './bare-chart';
import { boxOf, inBrowser, openWorkbench, showBars } from './browser';
import { createClient } from './client';
import { assertBudget, count, percentile } from './compare';
import type { BenchEnvironment } from './environment';
import { watchFrames } from './frames';
import { makeMarkedChart } from './make-marked-chart';
import { tileReader } from './tiles';

/** How far the mouse drags to one side and back, in steps. */
const STEPS = 120;
const STEP_PX = 4;
/** Bars beside those in view, so that there is something to pan to. */
const SPARE_BARS = 2_048;

export type Panning = {
  candles: number;
  spans: number;
  /** Candles in view, the newest. */
  shown: number;
  rounds: number;
  /** What a frame may cost at most, as a multiple of the bare chart's. */
  atMost: { script: number; interval?: number };
};

/** Dragging the workbench's chart to and fro, against lightweight-charts alone with the same bars. */
export async function comparePanning(
  environment: BenchEnvironment,
  panning: Panning,
): Promise<void> {
  const { candles, spans, shown, rounds, atMost } = panning;
  const chart = await makeMarkedChart(environment, candles, spans);
  const web = await environment.openWeb();
  await inBrowser(async (browser) => {
    const ours = await openWorkbench(browser, web, chart.id, spans);
    const box = await boxOf(ours);
    await showBars(ours, shown);
    const reader = await tileReader(createClient(web), chart.id);
    const level = chooseLevel({ from: 0, to: shown }, box.width, reader.topLevel);
    const bars = Math.ceil(candles / strideOf(level));
    const inView = Math.ceil(shown / strideOf(level));
    const first = Math.max(0, bars - inView - SPARE_BARS);
    const bare = await openBareChart(
      browser,
      await reader.read(level, first, bars - first),
      inView,
      box,
    );
    const contenders = await Promise.all([wayOf('workbench', ours), wayOf('bare chart', bare)]);
    const y = box.y + box.height / 2;
    const there = Array.from({ length: STEPS }, (_, step) => ({
      x: box.x + box.width * 0.4 + step * STEP_PX,
      y,
    }));
    const path = [...there, ...there.toReversed()];
    // One before those that count, unless it is only about whether it works.
    for (let round = rounds > 1 ? -1 : 0; round < rounds; round++) {
      for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
        const { script, interval } = await contender.drag(path, true);
        if (round < 0) continue;
        contender.script.push(script);
        contender.interval.push(interval);
      }
    }
    console.log(
      `a frame of panning, ${count(inView)} bars in view of ${count(candles)} candles and ${count(spans)} spans; ${rounds} rounds`,
    );
    report(contenders, 'script', atMost.script);
    report(contenders, 'interval', atMost.interval);
  });
}

const wayOf = async (name: string, page: Page) => ({
  name,
  drag: await watchFrames(page),
  script: [] as number[],
  interval: [] as number[],
});
type Contender = Awaited<ReturnType<typeof wayOf>>;

function report(
  [ours, bare]: [Contender, Contender],
  what: 'script' | 'interval',
  atMost?: number,
) {
  for (const contender of [ours, bare]) {
    const figures = (['p50', 'p95'] as const).map(
      (each) => `${each} ${percentile(contender[what], each).toFixed(2).padStart(6)} ms`,
    );
    console.log(`  ${what.padEnd(8)}  ${contender.name.padEnd(10)}  ${figures.join('  ')}`);
  }
  const ratio = percentile(ours[what], 'p50') / percentile(bare[what], 'p50');
  if (atMost) assertBudget(`p50 ${what} of ${ours.name} to ${bare.name}`, ratio, { atMost });
  else console.log(`        ${ratio.toFixed(2)}× p50 ${what}`);
}
