import { assertBudget, count, sizeOf } from './setup/compare';
import { type BenchEnvironment, withBenchEnvironment } from './setup/environment';
import { makeChart } from './setup/make-chart';
import { runExport } from './setup/run-child';

export const run = () => withBenchEnvironment(measure);

/** The memory and the rate of an export of a long chart, against those of a short one. */
export async function measure(environment: BenchEnvironment): Promise<void> {
  const long = sizeOf('BENCH_ROWS', 10_000_000);
  const short = sizeOf('BENCH_SHORT_ROWS', 1_000_000);
  for (const format of ['parquet', 'bio-csv']) {
    const least = await exportOf(environment, short, format);
    const most = await exportOf(environment, long, format);
    assertBudget(`the peak memory of ${count(short)} rows`, most.peakMb / least.peakMb, {
      atMost: 1.2,
    });
    const slower = most.seconds / long / (least.seconds / short);
    assertBudget(`the time per row of ${count(short)} rows`, slower, { atMost: 1.2 });
  }
}

async function exportOf(environment: BenchEnvironment, rows: number, format: string) {
  const { id } = await makeChart(environment, rows);
  const done = await runExport(environment.url, id, format);
  const { bytes, seconds, peakMb } = done;
  const mb = (bytes / 2 ** 20).toFixed(0);
  console.log(
    `${count(rows)} rows to a ${format} of ${mb} MB: peak ${peakMb.toFixed(0)} MB, ${seconds.toFixed(1)} s`,
  );
  return done;
}
