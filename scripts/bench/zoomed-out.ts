import { sizeOf } from './setup/compare';
import { comparePanning } from './setup/panning';
import { onStage, type Stage } from './setup/stage';

export const run = () => onStage(measure);

/** Panning with the whole history in view, and all of its spans. */
export async function measure(stage: Stage): Promise<void> {
  const spans = sizeOf('BENCH_ROWS', 100_000);
  const candles = spans * 10;
  await comparePanning(stage, {
    candles,
    spans,
    shown: candles,
    rounds: sizeOf('BENCH_ROUNDS', 30),
    atMost: { script: 1.2 },
  });
}
