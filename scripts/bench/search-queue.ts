import { assertBudget, count, percentile, sizeOf } from './setup/compare';
import { type BenchEnvironment, withBenchEnvironment } from './setup/environment';
import { makeChart } from './setup/make-chart';
import { runPython } from './setup/run-child';

export const run = () => withBenchEnvironment(measure);

/** A search from the queue to its stored candidates, against the same search by a call that stores nothing. */
export async function measure(environment: BenchEnvironment): Promise<void> {
  const candles = sizeOf('BENCH_ROWS', 100_000);
  const rounds = sizeOf('BENCH_ROUNDS', 30);
  const { id } = await makeChart(environment, candles);
  const seconds = await runPython<Record<string, number[]>>(
    'bench.search_queue',
    [String(id), String(rounds)],
    environment.url,
  );
  const ms = (name: string, of: 'p50' | 'p95') => 1_000 * percentile(seconds[name] ?? [], of);
  console.log(`${count(candles)} candles, ${rounds} rounds`);
  for (const name of ['first', 'queue', 'call', 'arithmetic']) {
    console.log(
      `  ${name.padEnd(11)} ${ms(name, 'p50').toFixed(0)} ms, p95 ${ms(name, 'p95').toFixed(0)} ms`,
    );
  }
  assertBudget('the same search by a call', ms('queue', 'p50') / ms('call', 'p50'), { atMost: 3 });
}
