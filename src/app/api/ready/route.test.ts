import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { testDatabase } from '@/lib/db/testing';

const database = await testDatabase();
afterAll(() => database.close());

/** The route as a fresh process has it, with this database. */
async function ready(url: string, host = '127.0.0.1:3000') {
  vi.resetModules();
  vi.stubEnv('DATABASE_URL', url);
  delete (globalThis as { candleAnnotatorDb?: unknown }).candleAnnotatorDb;
  const { GET } = await import('./route');
  return await GET(new Request('http://127.0.0.1:3000/api/ready', { headers: { host } }));
}
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

test('is well with its database', async () => {
  const response = await ready(database.url);
  expect([response.status, await response.json()]).toEqual([
    200,
    { status: 'ok', database: 'ok', migrations: 'current' },
  ]);
});

test('names its instance to whoever started it', async () => {
  vi.stubEnv('INSTANCE_ID', 'of this start');
  expect((await ready(database.url)).headers.get('x-instance-id')).toBe('of this start');
  vi.stubEnv('INSTANCE_ID', '');
  expect((await ready(database.url)).headers.get('x-instance-id')).toBeNull();
});

test('says so when nothing listens', async () => {
  const response = await ready('postgres://x:y@127.0.0.1:1/none');
  expect([response.status, await response.json()]).toEqual([
    503,
    { status: 'unavailable', database: 'unreachable', migrations: 'unknown' },
  ]);
});

test('does not wait for a database that takes the connection and never answers', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  const { port } = silent.address() as AddressInfo;
  const start = performance.now();
  const response = await ready(`postgres://x:y@127.0.0.1:${port}/none`);
  expect(response.status).toBe(503);
  expect(performance.now() - start).toBeLessThan(8_000);
  silent.close();
});

test('says that migrations are missing, or that the database is ahead', async () => {
  const own = await testDatabase();
  const change = (statement: string) => own.db.execute(statement);
  const told = async () => await (await ready(own.url)).json();
  await change(`update drizzle.__drizzle_migrations set created_at = created_at + 1`);
  expect(await told()).toEqual({ status: 'unavailable', database: 'ok', migrations: 'newer' });
  await change(`delete from drizzle.__drizzle_migrations where created_at =
    (select max(created_at) from drizzle.__drizzle_migrations)`);
  expect(await told()).toEqual({ status: 'unavailable', database: 'ok', migrations: 'pending' });
  await change('drop schema drizzle cascade');
  expect(await told()).toEqual({ status: 'unavailable', database: 'ok', migrations: 'pending' });
  await own.close();
});

test('neither answers to a foreign host name', async () => {
  expect((await ready(database.url, 'evil.example')).status).toBe(403);
  const { GET } = await import('../health/route');
  const ask = (host: string) => GET(new Request('http://x/', { headers: { host } })).status;
  expect([ask('localhost:3000'), ask('evil.example')]).toEqual([200, 403]);
});
