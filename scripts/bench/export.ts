import { count, judge, sizeOf } from './setup/compare';
import { makeChart } from './setup/make-chart';
import { runExport } from './setup/run-child';
import { onStage, type Stage } from './setup/stage';

export const run = () => onStage(measure);

/** The memory and the rate of an export of a long chart, against those of a short one. */
export async function measure(stage: Stage): Promise<void> {
  const long = sizeOf('BENCH_ROWS', 10_000_000);
  const short = sizeOf('BENCH_SHORT_ROWS', 1_000_000);
  for (const format of ['parquet', 'bio-csv']) {
    const least = await exportOf(stage, short, format);
    const most = await exportOf(stage, long, format);
    judge(`the peak memory of ${count(short)} rows`, most.peakMb / least.peakMb, { atMost: 1.2 });
    const slower = most.seconds / long / (least.seconds / short);
    judge(`the time per row of ${count(short)} rows`, slower, { atMost: 1.2 });
  }
}

async function exportOf(stage: Stage, rows: number, format: string) {
  const { id } = await makeChart(stage, rows);
  const done = await runExport(stage.url, id, format);
  const { bytes, seconds, peakMb } = done;
  const mb = (bytes / 2 ** 20).toFixed(0);
  console.log(
    `${count(rows)} rows to a ${format} of ${mb} MB: peak ${peakMb.toFixed(0)} MB, ${seconds.toFixed(1)} s`,
  );
  return done;
}
