import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { connect } from '.';
import { testDatabase } from './testing';
import { startProxy } from './testing-proxy';

// What goes wrong in the driver's own timers fails this file as an uncaught exception.

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
  url.searchParams.set('connection_limit', '1');
  own = connect(url.href);
});
afterEach(async () => {
  await own.close();
  await proxy.close();
});

const LOST = { code: expect.stringMatching(/^(CONNECTION_CLOSED|ECONNRESET|EPIPE)$/) };
const codeOf = (error: Error) => error.cause ?? error;
const works = () => expect.poll(() => own.db.execute(sql`select 1 as one`)).toEqual([{ one: 1 }]);

test.each<[string, (wait: () => Promise<unknown>) => Promise<unknown>]>([
  ['in a statement', (wait) => Promise.all([own.db.execute(sql`select pg_sleep(20)`), wait()])],
  [
    'in a statement of a transaction',
    (wait) =>
      own.db.transaction(async (tx) => {
        await Promise.all([tx.execute(sql`select pg_sleep(20)`), wait()]);
      }),
  ],
  [
    'in a savepoint',
    (wait) =>
      own.db.transaction((tx) =>
        tx.transaction(async (inner) => {
          await Promise.all([inner.execute(sql`select pg_sleep(20)`), wait()]);
        }),
      ),
  ],
  [
    'in a transaction that waits for something else and then goes on',
    (wait) =>
      own.db.transaction(async (tx) => {
        await tx.execute(sql`select 1`);
        await wait().catch(() => {});
        await new Promise((resolve) => setTimeout(resolve, 50));
        await tx.execute(sql`select 1`);
      }),
  ],
  [
    'in a transaction that has nothing left to do',
    (wait) =>
      own.db.transaction(async (tx) => {
        await tx.execute(sql`select 1`);
        await wait().catch(() => {});
        await new Promise((resolve) => setTimeout(resolve, 50));
      }),
  ],
])('a connection lost %s fails what used it, and is made anew', async (_, work) => {
  await own.db.execute(sql`select 1`);
  const lose = async () => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    proxy.cut();
    await own.db.execute(sql`select 1`);
  };
  await expect(work(lose).catch((error) => Promise.reject(codeOf(error)))).rejects.toMatchObject(
    LOST,
  );
  await works();
});

test('a connection lost at the moment at which something is sent is made anew', async () => {
  for (let round = 0; round < 100; round += 1) {
    await works();
    const sent = own.db.transaction((tx) => tx.execute(sql`select ${round}::int`)).catch(codeOf);
    for (let turn = 0; turn < round % 10; turn += 1) await new Promise(setImmediate);
    proxy.cut();
    await sent;
  }
  await works();
});
