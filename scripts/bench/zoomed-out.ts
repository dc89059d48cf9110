import { sizeOf } from './setup/compare';
import { type BenchEnvironment, withBenchEnvironment } from './setup/environment';
import { comparePanning } from './setup/panning';

export const run = () => withBenchEnvironment(measure);

/** Panning with the whole history in view, and all of its spans. */
export async function measure(environment: BenchEnvironment): Promise<void> {
  const spans = sizeOf('BENCH_ROWS', 100_000);
  const candles = spans * 10;
  await comparePanning(environment, {
    candles,
    spans,
    shown: candles,
    rounds: sizeOf('BENCH_ROUNDS', 30),
    atMost: { script: 1.2 },
  });
}
