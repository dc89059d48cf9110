import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHTTPServer } from '@trpc/server/adapters/standalone';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { testDatabase } from '@/lib/db/testing';
import { LOCAL_ACTOR } from '@/server/context';
import { appRouter } from '@/server/root';
import type { BenchEnvironment } from './setup/environment';

let database: Awaited<ReturnType<typeof testDatabase>>;
let environment: BenchEnvironment;
const said: string[] = [];

/** The procedures without Next.js, which would have to be built. */
const server = createHTTPServer({
  router: appRouter,
  basePath: '/api/trpc/',
  createContext: () => ({ db: database.db, actor: LOCAL_ACTOR }),
});

beforeAll(async () => {
  database = await testDatabase();
  vi.spyOn(console, 'log').mockImplementation((line) => said.push(String(line)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  environment = {
    url: database.url,
    adminUrl: database.url,
    folder: await mkdtemp(join(tmpdir(), 'candle-annotator-smoke-')),
    openWeb: async () => `http://127.0.0.1:${port}`,
  };
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
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
