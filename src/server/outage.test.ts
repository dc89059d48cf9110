import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { db } from '@/lib/db';
import { startProxy } from '@/lib/db/testing-proxy';
import { callerFor } from './root';
import { type TestServer, testServer } from './testing';

// biome-ignore lint/style/noProcessEnv: npm run test:faults holds the promise, ten seconds; npm test may run beside everything else.
const SOON_S = process.env.FAULTS === 'long' ? 10 : 40;

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
    expect(await seconds(refused)).toBeLessThan(SOON_S);
    expect(await seconds(refused)).toBeLessThan(SOON_S);
    proxy.down(false);
    expect(
      await seconds(() => expect.poll(() => owner().charts.list()).toHaveLength(1)),
    ).toBeLessThan(SOON_S);
  });

  test('is silent, more calls than there are connections fail soon, and nothing is left of them', async () => {
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
    expect(await seconds(all)).toBeLessThan(SOON_S);
    expect(stream).toMatchObject(UNREACHABLE);
    expect(await seconds(() => fail(owner().charts.list()))).toBeLessThan(SOON_S);
    proxy.stall(false);
    expect(
      await seconds(() => expect.poll(() => owner().charts.list()).toHaveLength(1)),
    ).toBeLessThan(SOON_S);
    await owner().charts.rename({ chartId, name: 'Back' });
    const left = await server.db.execute(sql`select from pg_stat_activity
      where datname = current_database() and state like 'idle in transaction%'`);
    expect(left).toHaveLength(0);
  });

  test('falls silent under a window that follows a chart, the stream ends and says why', async () => {
    const stream = await owner().live.chart({ chartId, since: 0 });
    const next = (stream as AsyncIterable<unknown>)[Symbol.asyncIterator]().next();
    await new Promise((resolve) => setTimeout(resolve, 500));
    proxy.stall(true);
    await expect(next).rejects.toMatchObject(UNREACHABLE);
    proxy.stall(false);
  });

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
