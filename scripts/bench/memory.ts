import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { assertBudget, count, sizeOf } from './setup/compare';
import { writeCsv } from './setup/csv-file';
import { type BenchEnvironment, withBenchEnvironment } from './setup/environment';
import { runImport } from './setup/run-child';

const MOST_MB = 300;

export const run = () => withBenchEnvironment(measure);

/** The memory of an import of a long file, against that of a short one; also packed with gzip. */
export async function measure(environment: BenchEnvironment): Promise<void> {
  const long = sizeOf('BENCH_ROWS', 20_000_000);
  const short = sizeOf('BENCH_SHORT_ROWS', 200_000);
  const least = await importOf(environment, short, 'csv');
  for (const ending of ['csv', 'csv.gz']) {
    const { peakMb } = await importOf(environment, long, ending);
    assertBudget(`the peak memory of ${count(short)} rows`, peakMb / least.peakMb, { atMost: 1.2 });
    assertBudget(`${MOST_MB} MB`, peakMb / MOST_MB, { atMost: 1 });
  }
}

async function importOf(environment: BenchEnvironment, rows: number, ending: string) {
  const file = join(environment.folder, `minutes.${ending}`);
  await writeCsv(file, rows);
  const { size } = await stat(file);
  const done = await runImport(environment.url, file);
  await rm(file);
  const mb = (size / 2 ** 20).toFixed(0);
  const { peakMb, seconds } = done;
  console.log(
    `${count(rows)} rows in a ${ending} of ${mb} MB: peak ${peakMb.toFixed(0)} MB, ${seconds.toFixed(0)} s`,
  );
  return done;
}
