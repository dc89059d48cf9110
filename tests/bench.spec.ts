import postgres from 'postgres';
import type { BenchEnvironment } from '../scripts/bench/setup/environment';
import { expect, test } from './support/app';

// How long things take here says nothing, so the verdict may be either. `zoomed-out` is `pan` of a longer chart.
for (const [name, load, rows] of [
  ['open', () => import('../scripts/bench/open'), 5_000],
  ['pan', () => import('../scripts/bench/pan'), 300],
  ['hover', () => import('../scripts/bench/hover'), 300],
  ['session', () => import('../scripts/bench/session'), 5_000],
] as const) {
  test(`the benchmark ${name} comes to a verdict`, async ({ app }) => {
    const sizes = { BENCH_ROWS: rows, BENCH_SHORT_ROWS: '1000', BENCH_ROUNDS: '1' };
    Object.assign(process.env, { ...sizes, BENCH_SECONDS: '1', BENCH_PEOPLE: '2' });
    const said: string[] = [];
    const { log } = console;
    console.log = (line) => said.push(String(line));
    const { databaseUrl, dataDir, url, headers } = app;
    const environment: BenchEnvironment = {
      url: databaseUrl,
      adminUrl: databaseUrl,
      folder: dataDir,
      openWeb: async () => ({ url, headers }),
    };
    await (await load()).measure(environment).finally(() => (console.log = log));
    process.exitCode = undefined;
    expect(said.join('\n')).toMatch(/(PASS|FAIL) {2}\d+\.\d\d(×| ms) .*, budget ≤ [\d.]+(×| ms)/);
  });
}

test.afterAll(async ({ app }) => {
  const sql = postgres(app.databaseUrl, { max: 1 });
  await sql`delete from charts where name like '% candles%'`;
  await sql.end();
});
