import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { testDatabase } from '@/lib/db/testing';

const database = await testDatabase();
afterAll(() => database.close());

/** The route as a fresh process has it, with this database. */
async function health(url: string) {
  vi.resetModules();
  vi.stubEnv('DATABASE_URL', url);
  delete (globalThis as { candleAnnotatorDb?: unknown }).candleAnnotatorDb;
  const { GET } = await import('./route');
  return GET();
}
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

test('is well with its database', async () => {
  const response = await health(database.url);
  expect([response.status, await response.json()]).toEqual([200, { status: 'ok', database: 'ok' }]);
});

test('says so when nothing listens', async () => {
  const response = await health('postgres://x:y@127.0.0.1:1/none');
  expect([response.status, await response.json()]).toEqual([
    503,
    { status: 'unavailable', database: 'unreachable' },
  ]);
});

test('does not wait for a database that takes the connection and never answers', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  const { port } = silent.address() as AddressInfo;
  const start = performance.now();
  const response = await health(`postgres://x:y@127.0.0.1:${port}/none`);
  expect(response.status).toBe(503);
  expect(performance.now() - start).toBeLessThan(8_000);
  silent.close();
});
