import { assertBudget, count, percentile, sizeOf } from './setup/compare';
import { type BenchEnvironment, withBenchEnvironment } from './setup/environment';
import { makeChart } from './setup/make-chart';
import { runPython } from './setup/run-child';

type Read = { rows: number; seconds: Record<string, number[]> };

export const run = () => withBenchEnvironment(measure);

/** Candles to NumPy as the ML service reads them, against bare bytes and what notebooks use. */
export async function measure(environment: BenchEnvironment): Promise<void> {
  const candles = sizeOf('BENCH_ROWS', 2_000_000);
  const rounds = sizeOf('BENCH_ROUNDS', 5);
  const { id } = await makeChart(environment, candles);
  const args = [String(id), String(rounds)];
  const { rows, seconds } = await runPython<Read>('bench.read', args, environment.url);
  if (rows !== candles) throw new Error(`read ${rows} of ${candles} candles`);
  console.log(`${count(rows)} candles, medians of ${rounds} rounds`);
  const median = (name: string) => percentile(seconds[name] ?? [], 'p50');
  for (const name of Object.keys(seconds)) {
    const rate = count(Math.round(rows / median(name)));
    console.log(`  ${name.padEnd(24)} ${median(name).toFixed(2)} s, ${rate} rows/s`);
  }
  const ours = median('to NumPy');
  assertBudget('COPY BINARY to nowhere', ours / median('COPY BINARY to nowhere'), { atMost: 1.2 });
  assertBudget('the rate of pandas.read_sql', median('pandas.read_sql') / ours, { atLeast: 4 });
}
