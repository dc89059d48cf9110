import { assertBudget, count, describeMachine, percentile, sizeOf } from './setup/compare';
import { runPython } from './setup/run-child';

/** The 100 windows most like one span in closes that are in memory, against one convolution of them; it needs no database. */
export async function run(): Promise<void> {
  const candles = sizeOf('BENCH_ROWS', 10_000_000);
  const rounds = sizeOf('BENCH_ROUNDS', 7);
  console.log(describeMachine());
  const args = [String(candles), String(rounds)];
  const seconds = await runPython<Record<string, number[]>>('bench.search', args);
  const median = (name: string) => percentile(seconds[name] ?? [], 'p50');
  console.log(`${count(candles)} candles, medians of ${rounds} rounds`);
  for (const name of Object.keys(seconds)) {
    console.log(`  ${name.padEnd(19)} ${median(name).toFixed(3)} s`);
  }
  const baseline = median('oaconvolve');
  assertBudget('scipy.signal.oaconvolve, one length', median('one length') / baseline, {
    atMost: 2.5,
  });
  assertBudget('scipy.signal.oaconvolve, seven lengths', median('seven lengths') / baseline, {
    atMost: 10,
  });
}
