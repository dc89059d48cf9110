import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { db } from '@/lib/db';
import { startProxy } from '@/lib/db/testing-proxy';
import { callerFor } from './root';
import { type TestServer, testServer } from './testing';

let server: TestServer;
let proxy: Awaited<ReturnType<typeof startProxy>>;
let chartId: number;
beforeAll(async () => {
  server = await testServer();
  ({ id: chartId } = await server.owner.charts.create({ name: 'Chart' }));
  const url = new URL(server.url);
  proxy = await startProxy(Number(url.port));
  url.port = String(proxy.port);
  vi.stubEnv('DATABASE_URL', url.href);
});
afterAll(async () => {
  await proxy.close();
  await server.close();
});

/** Each request asks for the client anew, as the route handler does. */
const owner = () => callerFor({ db: db(), actor: { id: 'local', role: 'owner' } });
const UNREACHABLE = {
  code: 'SERVICE_UNAVAILABLE',
  message: 'The database cannot be reached. Try again in a moment.',
};
async function seconds(call: () => Promise<unknown>): Promise<number> {
  const since = Date.now();
  await call();
  return (Date.now() - since) / 1000;
}

describe('while the database', () => {
  test('is stopped, calls fail at once; when it is back, they work', async () => {
    await owner().charts.list();
    proxy.down(true);
    const refused = () => expect(owner().charts.list()).rejects.toMatchObject(UNREACHABLE);
    expect(await seconds(refused)).toBeLessThan(2);
    expect(await seconds(refused)).toBeLessThan(10);
    proxy.down(false);
    expect(
      await seconds(() => expect.poll(() => owner().charts.list()).toHaveLength(1)),
    ).toBeLessThan(10);
  });

  test('is silent, more calls than there are connections fail within ten seconds, and nothing is left of them', async () => {
    await Promise.all(Array.from({ length: 10 }, () => owner().charts.list()));
    proxy.stall(true);
    const fail = (call: Promise<unknown>) => expect(call).rejects.toMatchObject(UNREACHABLE);
    const stream = await owner()
      .live.chart({ chartId, since: 0 })
      .catch((error) => error);
    const all = () =>
      Promise.all([
        ...Array.from({ length: 15 }, () => fail(owner().charts.list())),
        ...Array.from({ length: 5 }, (_, n) => fail(owner().charts.create({ name: `new ${n}` }))),
      ]);
    expect(await seconds(all)).toBeLessThan(10);
    expect(stream).toMatchObject(UNREACHABLE);
    expect(await seconds(() => fail(owner().charts.list()))).toBeLessThan(10);
    proxy.stall(false);
    expect(
      await seconds(() =>
        expect.poll(() => owner().charts.list(), { timeout: 10_000 }).toHaveLength(1),
      ),
    ).toBeLessThan(10);
    await owner().charts.rename({ chartId, name: 'Back' });
    const left = await server.db.execute(sql`select from pg_stat_activity
      where datname = current_database() and state like 'idle in transaction%'`);
    expect(left).toHaveLength(0);
  }, 60_000);

  test('falls silent under a window that follows a chart, the stream ends and says why', async () => {
    const stream = await owner().live.chart({ chartId, since: 0 });
    const next = (stream as AsyncIterable<unknown>)[Symbol.asyncIterator]().next();
    await new Promise((resolve) => setTimeout(resolve, 500));
    proxy.stall(true);
    await expect(next).rejects.toMatchObject(UNREACHABLE);
    proxy.stall(false);
  }, 30_000);

  test('works for longer than a moment, a call that waits for it is left to wait', async () => {
    const admin = postgres(server.url, { max: 1 });
    const held = admin.begin(async (tx) => {
      await tx`select from charts for update`;
      await tx`select pg_sleep(4.5)`;
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await owner().charts.rename({ chartId, name: 'Waited' });
    await held;
    await admin.end();
  });
});
