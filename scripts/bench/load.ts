import { print } from './live';
import { assertBudget, sizeOf } from './setup/compare';
import { crowd } from './setup/crowd';
import { type BenchEnvironment, withBenchEnvironment } from './setup/environment';
import { makeSpans } from './setup/make-spans';

const CHARTS = 5;

export const run = () => withBenchEnvironment(measure);

/** Many people on a few charts, who all follow what the others do: nothing may fail. */
export async function measure(environment: BenchEnvironment): Promise<void> {
  const people = sizeOf('BENCH_PEOPLE', 50);
  const seconds = sizeOf('BENCH_SECONDS', 20);
  const chartIds: number[] = [];
  while (chartIds.length < CHARTS) {
    chartIds.push(await makeSpans(environment, sizeOf('BENCH_ROWS', 20_000)));
  }
  const web = await environment.openWeb();
  const result = await crowd({ web, chartIds, people, seconds, isFollowing: true });
  console.log(`${people} people on ${CHARTS} charts for ${seconds} s`);
  print('all', result, seconds);
  assertBudget('requests failed', result.failures.length, { atMost: 0 });
}
