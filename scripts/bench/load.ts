import { print } from './live';
import { judge, sizeOf } from './setup/compare';
import { crowd } from './setup/crowd';
import { makeSpans } from './setup/make-spans';
import { onStage, type Stage } from './setup/stage';

const CHARTS = 5;

export const run = () => onStage(measure);

/** Many people on a few charts, who all follow what the others do: nothing may fail. */
export async function measure(stage: Stage): Promise<void> {
  const people = sizeOf('BENCH_PEOPLE', 50);
  const seconds = sizeOf('BENCH_SECONDS', 20);
  const chartIds: number[] = [];
  while (chartIds.length < CHARTS) {
    chartIds.push(await makeSpans(stage, sizeOf('BENCH_ROWS', 20_000)));
  }
  const webUrl = await stage.openWeb();
  const result = await crowd({ webUrl, chartIds, people, seconds, isFollowing: true });
  console.log(`${people} people on ${CHARTS} charts for ${seconds} s`);
  print('all', result, seconds);
  judge('requests failed', result.failures.length, { atMost: 0 });
}
