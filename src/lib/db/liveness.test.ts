import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { connect, withLivenessCheck } from '.';
import { testDatabase } from './testing';
import { startProxy } from './testing-proxy';

let database: Awaited<ReturnType<typeof testDatabase>>;
let proxy: Awaited<ReturnType<typeof startProxy>>;
let own: ReturnType<typeof connect>;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  const url = new URL(database.url);
  proxy = await startProxy(Number(url.port));
  url.port = String(proxy.port);
  own = connect(url.href);
});
afterEach(async () => {
  await own.close();
  await proxy.close();
});

// biome-ignore lint/style/noProcessEnv: npm run test:faults holds the promise, ten seconds; npm test may run beside everything else.
const SOON_MS = process.env.FAULTS === 'long' ? 10_000 : 40_000;

const query = (seconds: number) =>
  withLivenessCheck(
    own.db,
    own.db.execute(sql`select pg_sleep(${seconds})`).then(() => 'answered'),
  ).catch((error) => error.code);

test('a database that is too busy for new connections is waited for while others bring answers', async () => {
  await Promise.all([query(0.1), query(0.1), query(0.1)]);
  proxy.silenceNew(true);
  const slow = query(13);
  const others: string[] = [];
  for (let n = 0; n < 24; n += 1) others.push(await query(0.5));
  expect(await slow).toBe('answered');
  expect(new Set(others)).toEqual(new Set(['answered']));
});

test('it is asked by the connection that was made for the first question', async () => {
  expect(await query(5)).toBe('answered');
  proxy.silenceNew(true);
  expect(await query(13)).toBe('answered');
});

test('one that has fallen silent on every connection is given up, for all that wait at once', async () => {
  await Promise.all(Array.from({ length: 10 }, () => query(0.1)));
  proxy.stall(true);
  const since = Date.now();
  const codes = await Promise.all(Array.from({ length: 15 }, () => query(0.1)));
  expect(codes).toEqual(Array(15).fill('CONNECT_TIMEOUT'));
  expect(Date.now() - since).toBeLessThan(SOON_MS);
});
