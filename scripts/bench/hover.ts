import { boxOf, inBrowser, openWorkbench, showBars } from './setup/browser';
import { compare, count, sizeOf } from './setup/compare';
import { type BenchEnvironment, withBenchEnvironment } from './setup/environment';
import { watchFrames } from './setup/frames';
import { makeMarkedChart } from './setup/make-marked-chart';

const SHOWN = 2_000;
const STEPS = 240;

export const run = () => withBenchEnvironment(measure);

/** What a moving pointer costs where it has to find the span under it, against a chart without any. */
export async function measure(environment: BenchEnvironment): Promise<void> {
  const spans = sizeOf('BENCH_ROWS', 10_000);
  const candles = spans * 20;
  const marked = await makeMarkedChart(environment, candles, spans);
  const plain = await makeMarkedChart(environment, candles, 0);
  const web = await environment.openWeb();
  await inBrowser(async (browser) => {
    const contender = async (name: string, chartId: number, expected: number) => {
      const page = await openWorkbench(browser, web, chartId, expected);
      await showBars(page, Math.min(SHOWN, candles));
      const { x, y, width, height } = await boxOf(page);
      const watch = await watchFrames(page);
      // Slanting, through the pills and the bands under them.
      const path = Array.from({ length: STEPS }, (_, step) => ({
        x: x + width * (0.1 + (0.6 * step) / STEPS),
        y: y + height * (0.03 + (0.7 * step) / STEPS),
      }));
      return { name, run: async () => (await watch(path, false)).script };
    };
    await compare({
      what: `script a frame of pointing, ${count(spans)} spans`,
      ours: [await contender(`${count(spans)} spans`, marked.id, spans)],
      baseline: await contender('no spans', plain.id, 0),
      rounds: sizeOf('BENCH_ROUNDS', 30),
      atMost: 1.2,
      judged: 'p50',
    });
  });
}
