import { sizeOf } from './setup/compare';
import { comparePanning } from './setup/panning';
import { onStage, type Stage } from './setup/stage';

const SHOWN = 2_000;

export const run = () => onStage(measure);

/** Panning at a close look, where each candle and span is drawn for itself. */
export async function measure(stage: Stage): Promise<void> {
  const spans = sizeOf('BENCH_ROWS', 10_000);
  const candles = spans * 20;
  await comparePanning(stage, {
    candles,
    spans,
    shown: Math.min(SHOWN, candles),
    rounds: sizeOf('BENCH_ROUNDS', 30),
    atMost: { script: 1.15, interval: 1.25 },
  });
}
