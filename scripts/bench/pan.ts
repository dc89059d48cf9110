import { sizeOf } from './setup/compare';
import { type BenchEnvironment, withBenchEnvironment } from './setup/environment';
import { comparePanning } from './setup/panning';

const SHOWN = 2_000;

export const run = () => withBenchEnvironment(measure);

/** Panning at a close look, where each candle and span is drawn for itself. */
export async function measure(environment: BenchEnvironment): Promise<void> {
  const spans = sizeOf('BENCH_ROWS', 10_000);
  const candles = spans * 20;
  await comparePanning(environment, {
    candles,
    spans,
    shown: Math.min(SHOWN, candles),
    rounds: sizeOf('BENCH_ROUNDS', 30),
    atMost: { script: 1.15, interval: 1.25 },
  });
}
