import { chooseLevel, fitView, strideOf } from '@/chart/view';
import { createClient } from './setup/client';
import { compare, count, sizeOf } from './setup/compare';
import { type BenchEnvironment, withBenchEnvironment } from './setup/environment';
import { makeChart } from './setup/make-chart';
import { tileReader } from './setup/tiles';

const WINDOW = 2_000;
const WIDTH_PX = 2_560;

export const run = () => withBenchEnvironment(measure);

/** The whole history of a long chart, against a screen of its candles. */
export async function measure(environment: BenchEnvironment): Promise<void> {
  const candles = sizeOf('BENCH_ROWS', 10_000_000);
  const chart = await makeChart(environment, candles);
  const reader = await tileReader(createClient(await environment.openWeb()), chart.id);
  const level = chooseLevel(fitView(candles), WIDTH_PX, reader.topLevel);
  const bars = Math.ceil(candles / strideOf(level));
  const window = Math.min(WINDOW, candles);
  await compare({
    what: `all ${count(candles)} candles, as ${count(bars)} bars`,
    ours: [{ name: 'zoomed out', run: () => reader.read(level, 0, bars) }],
    baseline: {
      name: `${count(window)} candles`,
      run(round) {
        const place = ((round + 10) * 0.618_033_988_75) % 1;
        return reader.read(0, Math.floor(place * (candles - window)), window);
      },
    },
    rounds: sizeOf('BENCH_ROUNDS', 300),
    atMost: 2,
    judged: 'p50',
  });
}
