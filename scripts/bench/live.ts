import { assertBudget, count, percentile, sizeOf } from './setup/compare';
import { type Crowded, crowd } from './setup/crowd';
import { type BenchEnvironment, withBenchEnvironment } from './setup/environment';
import { makeSpans } from './setup/make-spans';

export const run = () => withBenchEnvironment(measure);

/** Many people on one chart who follow it live, against the same people who do not. */
export async function measure(environment: BenchEnvironment): Promise<void> {
  const people = sizeOf('BENCH_PEOPLE', 50);
  const seconds = sizeOf('BENCH_SECONDS', 20);
  const chartIds = [await makeSpans(environment, sizeOf('BENCH_ROWS', 20_000))];
  const web = await environment.openWeb();
  const offer = { web, chartIds, people, seconds };
  await crowd({ ...offer, seconds: Math.min(seconds, 5), isFollowing: true });
  const without = await crowd({ ...offer, isFollowing: false });
  const following = await crowd({ ...offer, isFollowing: true });
  console.log(`${people} people on one chart, each two reads and a save in 2 s, for ${seconds} s`);
  print('without', without, seconds);
  print('following', following, seconds);
  const ratio = (key: 'readsMs' | 'savesMs') => following[key].length / without[key].length;
  assertBudget('reads a second with live changes to without', ratio('readsMs'), { atLeast: 0.8 });
  assertBudget('saves a second with live changes to without', ratio('savesMs'), { atLeast: 0.8 });
  assertBudget('of the requests failed', without.failures.length + following.failures.length, {
    atMost: 0,
  });
}

export function print(
  name: string,
  { readsMs, savesMs, failures, told }: Crowded,
  seconds: number,
) {
  const figures = (what: string, times: number[]) =>
    `${(times.length / seconds).toFixed(1)} ${what}/s, p50 ${percentile(times, 'p50').toFixed(0)} ms, p95 ${percentile(times, 'p95').toFixed(0)} ms`;
  console.log(`  ${name.padEnd(10)}  ${figures('reads', readsMs)}; ${figures('saves', savesMs)}`);
  if (told > 0) console.log(`  ${''.padEnd(10)}  ${count(told)} changes told`);
  for (const failure of new Set(failures)) console.log(`  failed: ${failure}`);
}
