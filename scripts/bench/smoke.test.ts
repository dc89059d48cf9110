import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { testDatabase } from '@/lib/db/testing';
import { type TestHttp, testHttp } from '@/server/http/testing';
import type { BenchEnvironment } from './setup/environment';

let database: Awaited<ReturnType<typeof testDatabase>>;
let http: TestHttp;
let environment: BenchEnvironment;
const said: string[] = [];

beforeAll(async () => {
  database = await testDatabase();
  vi.spyOn(console, 'log').mockImplementation((line) => said.push(String(line)));
  vi.stubEnv('DATABASE_URL', database.url);
  // Without Next.js, which would have to be built.
  http = await testHttp();
  environment = {
    url: database.url,
    adminUrl: database.url,
    folder: await mkdtemp(join(tmpdir(), 'candle-annotator-smoke-')),
    openWeb: async () => ({ url: http.url, headers: { authorization: `Bearer ${http.token}` } }),
  };
});
afterAll(async () => {
  await http.close();
  await database.close();
  await rm(environment.folder, { recursive: true });
});

// How long things take here says nothing, so the verdict may be either.
test.each([
  ['tiles', () => import('./tiles'), 20_000],
  ['zoom', () => import('./zoom'), 20_000],
  ['save', () => import('./save'), 500],
  ['api', () => import('./api'), 500],
  ['live', () => import('./live'), 500],
  ['load', () => import('./load'), 500],
  ['memory', () => import('./memory'), 3_000],
  ['export', () => import('./export'), 3_000],
  ['windows', () => import('./windows'), 300],
])('%s comes to a verdict', async (_, load, rows) => {
  vi.stubEnv('BENCH_ROWS', String(rows));
  vi.stubEnv('BENCH_SHORT_ROWS', '1000');
  vi.stubEnv('BENCH_ROUNDS', '4');
  vi.stubEnv('BENCH_PEOPLE', '8');
  vi.stubEnv('BENCH_SECONDS', '3');
  said.length = 0;
  await (await load()).measure(environment);
  process.exitCode = undefined;
  expect(said.join('\n')).toMatch(/(PASS|FAIL) {2}\d+\.\d\d× .*, budget [≤≥] [\d.]+×/);
});
