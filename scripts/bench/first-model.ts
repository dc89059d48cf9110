import { assertBudget, count, percentile, sizeOf } from './setup/compare';
import { type BenchEnvironment, withBenchEnvironment } from './setup/environment';
import { runPython } from './setup/run-child';

const SPANS = 20;

export const run = () => withBenchEnvironment(measure);

/** A first run from the queue to its predictions on the last bars, against the fits of its models. */
export async function measure({ adminUrl }: BenchEnvironment): Promise<void> {
  const candles = sizeOf('BENCH_ROWS', 100_000);
  const rounds = sizeOf('BENCH_ROUNDS', 3);
  const { run: runs, fits } = await runPython<Record<'run' | 'fits', number[]>>(
    'bench.first_model',
    [String(candles), String(SPANS), String(rounds)],
    adminUrl,
  );
  console.log(`${count(candles)} candles, ${SPANS} spans, ${rounds} rounds`);
  const told = (name: string, seconds: number[]) =>
    console.log(
      `  ${name.padEnd(12)} ${percentile(seconds, 'p50').toFixed(1)} s, p95 ${percentile(seconds, 'p95').toFixed(1)} s`,
    );
  told('predictions', runs);
  told('fits', fits);
  const ratios = runs.map((seconds, round) => seconds / (fits[round] ?? Number.NaN));
  assertBudget('the fits of its models', percentile(ratios, 'p50'), { atMost: 3 });
}
