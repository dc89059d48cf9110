import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { assertBudget, count, percentile, sizeOf } from './setup/compare';
import { writeCsv } from './setup/csv-file';
import { type BenchEnvironment, withBenchEnvironment } from './setup/environment';
import { runImport } from './setup/run-child';

const PLAIN = 'bench_plain';

/** A CSV file to candles and tiles, against psql's \copy of the same file into the same table. */
export async function run(): Promise<void> {
  const candles = sizeOf('BENCH_ROWS', 2_000_000);
  const rounds = sizeOf('BENCH_ROUNDS', 3);
  await withBenchEnvironment(async (environment) => {
    const file = join(environment.folder, 'minutes.csv');
    await writeCsv(file, candles);
    const admin = postgres(environment.adminUrl, { max: 1, onnotice: () => {} });
    const plainUrl = await makePlainRole(admin, environment);
    const contenders = {
      'psql \\copy': () => copyByPsql(admin, environment, file),
      import: async () => (await runImport(environment.url, file)).seconds,
      'import, plain role': async () => (await runImport(plainUrl, file)).seconds,
    };
    const taken: Record<string, number[]> = {};
    for (let round = 1; round <= rounds; round++) {
      for (const [name, contender] of Object.entries(contenders)) {
        await admin`truncate candles, candle_tiles`;
        await admin`checkpoint`;
        const seconds = await contender();
        const [{ stored } = { stored: 0 }] = await admin<{ stored: number }[]>`
          select count(*)::int as stored from candles`;
        if (stored !== candles) throw new Error(`${name} stored ${stored} of ${candles} candles`);
        taken[name] = [...(taken[name] ?? []), seconds];
        const rate = count(Math.round(candles / seconds));
        console.log(`round ${round}  ${name.padEnd(18)} ${seconds.toFixed(2)} s, ${rate} rows/s`);
      }
    }
    console.log(`${count(candles)} rows, medians of ${rounds} rounds`);
    const median = (name: string) => percentile(taken[name] ?? [], 'p50');
    for (const name of ['import', 'import, plain role']) {
      const ratio = median('psql \\copy') / median(name);
      assertBudget(`the rate of psql \\copy, ${name}`, ratio, { atLeast: 0.8 });
    }
    await admin.end();
  });
}

/** A role that may do what the app does and no more, as on a server that somebody else runs. */
async function makePlainRole(admin: postgres.Sql, { url }: BenchEnvironment): Promise<string> {
  const plain = new URL(url);
  plain.username = PLAIN;
  await admin.unsafe(`drop role if exists ${PLAIN}`).catch(() => {});
  await admin.unsafe(`create role ${PLAIN} login password '${plain.password}'`);
  await admin.unsafe(`grant connect, temporary on database candle_annotator to ${PLAIN}`);
  await admin.unsafe(`grant all on all tables in schema public to ${PLAIN}`);
  await admin.unsafe(`grant all on all sequences in schema public to ${PLAIN}`);
  return plain.href;
}

/** The file has no chart's number, so the column takes that of a new chart meanwhile. */
async function copyByPsql(
  admin: postgres.Sql,
  { url }: BenchEnvironment,
  file: string,
): Promise<number> {
  const [chart] = await admin<{ id: number }[]>`
    insert into charts (name) values (${`copied at ${Date.now()}`}) returning id`;
  await admin.unsafe(`alter table candles alter chart_id set default ${chart!.id}`);
  const copy = `\\copy candles (time, open, high, low, close, volume) from '${file}' csv header`;
  const started = performance.now();
  await promisify(execFile)('psql', ['-Xq', url, '-c', copy], {
    env: { ...process.env, PGTZ: 'UTC', PGOPTIONS: '' },
  });
  const seconds = (performance.now() - started) / 1000;
  await admin.unsafe('alter table candles alter chart_id drop default');
  return seconds;
}
