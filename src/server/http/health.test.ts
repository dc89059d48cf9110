import { type AddressInfo, createServer } from 'node:net';
import { formatWithOptions } from 'node:util';
import postgres from 'postgres';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { testDatabase } from '@/lib/db/testing';

const database = await testDatabase();
afterAll(() => database.close());

/** What a fresh process with this database says of itself. */
async function ready(url: string, path = '/api/ready') {
  vi.resetModules();
  vi.stubEnv('DATABASE_URL', url);
  delete (globalThis as { candleAnnotatorDb?: unknown }).candleAnnotatorDb;
  const { testHttp } = await import('./testing');
  const http = await testHttp({ isOpen: false });
  const { status, headers, body } = await http.ask(path).finally(http.close);
  return { status, headers, json: JSON.parse(body) };
}
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

test('is well with its database', async () => {
  const { status, json } = await ready(database.url);
  expect([status, json]).toEqual([
    200,
    { status: 'ok', database: 'ok', migrations: 'current', ml: 'absent' },
  ]);
});

test('tells of the model service, and serves without it', async () => {
  const told = async () => {
    const { status, json } = await ready(database.url);
    return [status, json.ml, json.mlSilentSince];
  };
  const service = postgres(database.url, {
    max: 1,
    connection: { application_name: 'candle-annotator-ml worker' },
  });
  await service`select 1`;
  expect(await told()).toEqual([200, 'silent', null]);
  await service`insert into ml_workers (name, queue) values ('a', 'runs'), ('b', 'searches')`;
  expect(await told()).toEqual([200, 'ok', undefined]);
  // One that was killed leaves its row, and another works in its place.
  await service`insert into ml_workers (name, queue, beat_at) values ('c', 'runs', now() - interval '1 hour')`;
  expect(await told()).toEqual([200, 'ok', undefined]);
  await service`delete from ml_workers where name = 'c'`;
  // In either direction: the clock may have been set back since.
  for (const [job, beat, state] of [
    [null, '-40 seconds', 'ok'],
    [null, '-61 seconds', 'silent'],
    ['run 12', '-61 seconds', 'ok'],
    ['run 12', '-11 minutes', 'silent'],
    ['run 12', '1 day', 'silent'],
  ] as const) {
    const [row] = await service<{ since: Date }[]>`
      update ml_workers set job = ${job}, beat_at = date_trunc('second', now() + ${beat}::interval)
      where name = 'a' returning beat_at as since`;
    const expected = state === 'ok' ? undefined : row?.since.toISOString().replace('.000Z', 'Z');
    expect(await told(), `${job} ${beat}`).toEqual([200, state, expected]);
  }
  await service`update ml_workers set beat_at = '2026-01-31 10:00:00+00' where name = 'b'`;
  expect(await told()).toEqual([200, 'silent', '2026-01-31T10:00:00Z']);
  await service.end();
  await expect.poll(told).toEqual([200, 'absent', undefined]);
});

test('names its instance to whoever started it', async () => {
  vi.stubEnv('INSTANCE_ID', 'of this start');
  expect((await ready(database.url)).headers['x-instance-id']).toBe('of this start');
  vi.stubEnv('INSTANCE_ID', '');
  expect((await ready(database.url)).headers).not.toHaveProperty('x-instance-id');
});

test('says so when nothing listens, and is alive', async () => {
  const nowhere = 'postgres://x:y@127.0.0.1:1/none';
  const said = vi.spyOn(console, 'error').mockClear();
  const { status, json } = await ready(nowhere);
  // Whoever watches asks every few seconds, and reads the log of it.
  const log = said.mock.calls.map((words) => formatWithOptions({ colors: false }, ...words));
  expect(log.filter((line) => line.startsWith('ready'))).toEqual([
    expect.stringMatching(/^ready: .*ECONNREFUSED.*$/),
  ]);
  expect([status, json]).toEqual([
    503,
    { status: 'unavailable', database: 'unreachable', migrations: 'unknown', ml: 'unknown' },
  ]);
  expect(await ready(nowhere, '/api/health')).toMatchObject({
    status: 200,
    json: { status: 'ok' },
  });
});

test('does not wait for a database that takes the connection and never answers', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  const { port } = silent.address() as AddressInfo;
  const start = performance.now();
  const { status } = await ready(`postgres://x:y@127.0.0.1:${port}/none`);
  expect(status).toBe(503);
  expect(performance.now() - start).toBeLessThan(40_000);
  silent.close();
});

test('says that migrations are missing, or that the database is ahead', async () => {
  const own = await testDatabase();
  const change = (statement: string) => own.db.execute(statement);
  const told = async () => (await ready(own.url)).json;
  await change(`update drizzle.__drizzle_migrations set created_at = created_at + 1`);
  const unready = { status: 'unavailable', database: 'ok', ml: 'unknown' };
  expect(await told()).toEqual({ ...unready, migrations: 'newer' });
  await change(`delete from drizzle.__drizzle_migrations where created_at =
    (select max(created_at) from drizzle.__drizzle_migrations)`);
  expect(await told()).toEqual({ ...unready, migrations: 'pending' });
  await change('drop schema drizzle cascade');
  expect(await told()).toEqual({ ...unready, migrations: 'pending' });
  await own.close();
});
