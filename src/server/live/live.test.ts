import { randomUUID } from 'node:crypto';
import { isTrackedEnvelope } from '@trpc/server';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { completeAnnotation } from '@/contract/annotations';
import type { ChartEvent } from '@/contract/live';
import { completeSpan } from '@/contract/spans';
import type { Mapping } from '@/contract/uploads';
import { startProxy } from '@/lib/db/testing-proxy';
import { freePort } from '@/lib/postgres/free-port';
import type { TableSource } from '../candles/files/table-source';
import { importCandles } from '../candles/import/import-candles';
import { LOCAL_SCOPE } from '../scope';
import { type TestServer, testServer } from '../testing';
import { type ServerProcess, startServerProcess } from '../testing-process';
import { followChart, liveClient } from './testing-follow';

// biome-ignore lint/style/noProcessEnv: npm run test:faults holds the promise, six seconds; npm test may run beside everything else.
const RECONNECT_MS = process.env.FAULTS === 'long' ? 6_000 : 20_000;

/** The server asks by itself so often; what comes earlier it was told of. */
const POLL_MS = 5_000;

let server: TestServer;
let chartId: number;
let port: number;
let web: ServerProcess;
let proxy: Awaited<ReturnType<typeof startProxy>>;
beforeAll(async () => {
  server = await testServer();
  port = await freePort();
  proxy = await startProxy(port);
  await startWeb();
});
afterAll(async () => {
  await proxy.close();
  await web.kill();
  await server.close();
});
beforeEach(async () => {
  ({ id: chartId } = await server.owner.charts.create({ name: 'Chart' }));
});

async function startWeb() {
  web = await startServerProcess(server.url, port);
}

const span = (at: number) => ({
  uid: randomUUID() as string,
  ...completeSpan({ startTime: at, endTime: at + 5, label: 'bull_flag' }),
});
const save = (diff: object, to = chartId) => server.owner.spans.save({ chartId: to, diff });

function follow(
  since = 0,
  {
    over = proxy.port,
    of = chartId,
    dataRev,
  }: { over?: number; of?: number; dataRev?: number } = {},
) {
  return followChart(over, { chartId: of, since, dataRev });
}
const listeners = () =>
  server.db.execute(sql`select pid from pg_stat_activity
    where datname = current_database() and application_name = 'candle-annotator-live'`);

test('what others do arrives soon, as it is stored; what was there before does not', async () => {
  const [a, b] = [span(0), span(10)];
  await save({ created: [a] });
  const window = follow(1);
  await expect.poll(window.isOpen).toBe(true);
  const { rows } = await save({ created: [b], deleted: [{ uid: a.uid, rev: 1 }] });
  const sent = Date.now();
  await expect.poll(() => window.events, { interval: 5 }).toHaveLength(1);
  expect(Date.now() - sent).toBeLessThan(POLL_MS);
  const marker = { uid: randomUUID(), ...completeAnnotation({ time: 1, labelType: 'break_up' }) };
  const saved = await server.owner.annotations.save({ chartId, diff: { created: [marker] } });
  await expect.poll(() => window.events).toHaveLength(2);
  expect(window.events).toEqual([
    { type: 'changes', rev: 2, spans: rows, annotations: [], examined: [], deleted: [a.uid] },
    { type: 'changes', rev: 3, spans: [], annotations: saved.rows, examined: [], deleted: [] },
  ]);
  // Another chart's changes are not told.
  const { id: other } = await server.owner.charts.create({ name: 'Other' });
  await save({ created: [span(0)] }, other);
  await save({ deleted: [{ uid: b.uid, rev: 2 }] });
  await expect.poll(() => window.events).toHaveLength(3);
  expect(window.events[2]).toMatchObject({ rev: 4, deleted: [b.uid] });
  expect(window.errors).toEqual([]);
  window.unsubscribe();
});

test('a change of candles is told to who knows the old ones, once, also after a new connection', async () => {
  const candles = (at: number) => ({
    url: server.url,
    scope: LOCAL_SCOPE,
    target: { mode: 'merge', chartId } as const,
    source: sourceOf(`time,open,high,low,close\n${at},1,2,1,2\n`),
    mapping: CANDLE_COLUMNS,
  });
  const store = async (at: number) => {
    for await (const event of importCandles(candles(at))) if (event.type === 'done') return;
  };
  await store(60);
  const { dataRev } = await server.owner.charts.get({ chartId });
  const [knows, follows] = [follow(0, { dataRev }), follow(0)];
  await expect.poll(() => knows.isOpen() && follows.isOpen()).toBe(true);
  await store(120);
  const sent = Date.now();
  await expect.poll(() => knows.events, { interval: 5 }).toHaveLength(1);
  expect(Date.now() - sent).toBeLessThan(POLL_MS);
  const now = await server.owner.charts.get({ chartId });
  expect(now.dataRev).toBeGreaterThan(dataRev);
  const told = { type: 'candles', rev: 0, dataRev: now.dataRev };
  expect(knows.events).toEqual([told]);
  // The same again changes nothing, and an annotation does not make it be told once more.
  await store(120);
  await save({ created: [span(0)] });
  await expect.poll(() => knows.events).toMatchObject([told, { type: 'changes', rev: 1 }]);
  expect(follows.events).toMatchObject([{ type: 'changes', rev: 1 }]);
  const later = follow(1, { dataRev });
  await expect.poll(() => later.events).toEqual([{ ...told, rev: 1 }]);
  for (const window of [knows, follows, later]) window.unsubscribe();
});

const CANDLE_COLUMNS: Mapping = {
  delimiter: ',',
  skipLines: 1,
  columns: ['time', 'open', 'high', 'low', 'close'],
  timeFormat: 'unix-s',
  timeZone: 'UTC',
  decimalComma: false,
};
const sourceOf = (text: string): TableSource => ({
  fileName: 'prices.csv',
  totalBytes: text.length,
  async *chunks() {
    yield Buffer.from(text);
  },
});

test('500 events arrive once and in order, whatever breaks meanwhile', async () => {
  const window = follow();
  await expect.poll(window.isOpen).toBe(true);
  const interruptions: Record<number, () => Promise<unknown>> = {
    100: async () => {
      await web.kill();
      void startWeb();
    },
    200: async () => {
      await expect.poll(() => window.events.length).toBe(199);
      return server.db.execute(sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'candle-annotator-live'`);
    },
    300: async () => {
      proxy.stall(true);
      setTimeout(() => proxy.stall(false), 6_000);
    },
    400: async () => {
      await expect.poll(() => window.events.length).toBeGreaterThan(300);
      proxy.cut();
    },
  };
  for (let n = 1; n <= 500; n += 1) {
    await interruptions[n]?.();
    await save({ created: [span(n)] });
  }
  await expect.poll(() => window.events.length).toBe(500);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(window.events.map(({ rev }) => rev)).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
  expect(window.events.every(({ type }) => type === 'changes')).toBe(true);
  expect(window.errors).toEqual([]);
  window.unsubscribe();
}, 120_000);

test.each<[string, () => Promise<unknown>]>([
  ['the connection was cut', async () => proxy.cut()],
  [
    'the server was killed and started again',
    async () => {
      await web.kill();
      await startWeb();
    },
  ],
  [
    'the server slept',
    async () => {
      web.signal('SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, 7_000));
      web.signal('SIGCONT');
    },
  ],
])(
  'at most six seconds after %s changes are told again, each once',
  async (_, fault) => {
    const window = follow();
    await expect.poll(window.isOpen).toBe(true);
    await save({ created: [span(1)] });
    await expect.poll(() => window.events.length).toBe(1);
    await fault();
    const since = performance.now();
    await save({ created: [span(2)] });
    await expect.poll(() => window.events.length, { interval: 20 }).toBe(2);
    expect(performance.now() - since).toBeLessThan(RECONNECT_MS);
    await save({ created: [span(3)] });
    await expect.poll(() => window.events.map(({ rev }) => rev)).toEqual([1, 2, 3]);
    expect(window.errors).toEqual([]);
    window.unsubscribe();
  },
  60_000,
);

test('a connection to the database that went silent is noticed and made anew', async () => {
  const database = await startProxy(Number(new URL(server.url).port));
  const { connect, listenerOf } = await import('@/lib/db');
  const url = new URL(server.url);
  url.port = String(database.port);
  const own = connect(server.url, url.href);
  let woken = 0;
  const stop = listenerOf(own.db).subscribe(String(chartId), () => {
    woken += 1;
  });
  await expect.poll(() => woken).toBe(1);
  database.stall(true);
  await save({ created: [span(0)] });
  await new Promise((resolve) => setTimeout(resolve, 11_000));
  expect(woken).toBe(1);
  database.stall(false);
  // Once for having connected again: something may have been missed.
  await expect.poll(() => woken).toBe(2);
  await save({ created: [span(0)] });
  await expect.poll(() => woken).toBe(3);
  stop();
  await own.close();
  await database.close();
});

describe('too far behind', () => {
  test('is told to read again, once', async () => {
    await server.db.execute(sql`
      insert into span_annotations (uid, chart_id, start_time, end_time, label, rev)
      select gen_random_uuid(), ${chartId}, now(), now(), 'custom', 0 from generate_series(1, 5001)`);
    const { id } = (await server.owner.spans.types()).find(({ name }) => name === 'custom') ?? {};
    await server.owner.spans.updateType({ id: id ?? 0, name: 'renamed' });
    const window = follow();
    await expect.poll(() => window.events).toEqual([{ type: 'resync', rev: 1 }]);
    await save({ created: [span(0)] });
    await expect.poll(() => window.events).toMatchObject([{}, { type: 'changes', rev: 2 }]);
    window.unsubscribe();
  });

  test('or ahead, as after a backup was put back', async () => {
    const window = follow(7);
    await expect.poll(() => window.events).toEqual([{ type: 'resync', rev: 0 }]);
    window.unsubscribe();
  });
});

test('a chart that is not there, or goes away, ends with that', async () => {
  const none = follow(0, { of: 2_000_000_000 });
  await expect.poll(() => none.errors).toMatchObject([{ data: { code: 'NOT_FOUND' } }]);
  const window = follow();
  await expect.poll(window.isOpen).toBe(true);
  await server.owner.charts.delete({ chartId });
  await expect
    .poll(() => window.errors)
    .toMatchObject([
      {
        message: expect.stringContaining(`There is no chart ${chartId}.`),
        data: { code: 'NOT_FOUND' },
      },
    ]);
});

describe('over one stream', () => {
  /** As `follow`, several charts. */
  function followAll(charts: { chartId: number; since: number }[]) {
    const events: { chartId: number; event: ChartEvent | null }[] = [];
    const { unsubscribe } = liveClient(proxy.port).live.charts.subscribe(
      { charts },
      { onData: ({ data }) => events.push(data) },
    );
    return { events, unsubscribe };
  }

  test('each chart’s events arrive once and in order, also over a new connection', async () => {
    const { id: other } = await server.owner.charts.create({ name: 'Other' });
    const none = 2_000_000_000;
    const all = followAll([chartId, other, none].map((id) => ({ chartId: id, since: 0 })));
    await expect.poll(() => all.events).toEqual([{ chartId: none, event: null }]);
    for (let n = 1; n <= 60; n += 1) {
      if (n === 20) proxy.cut();
      if (n === 40) {
        await web.kill();
        await startWeb();
      }
      await save({ created: [span(n)] }, n % 2 ? chartId : other);
    }
    const rowsOf = (id: number) =>
      all.events.flatMap(({ chartId: of, event }) =>
        of === id && event?.type === 'changes' ? event.spans.map(({ rev }) => rev) : [],
      );
    // Revisions may come together, and each row is told once.
    const each = Array.from({ length: 30 }, (_, i) => i + 1);
    await expect.poll(() => rowsOf(chartId)).toEqual(each);
    await expect.poll(() => rowsOf(other)).toEqual(each);
    all.unsubscribe();
  });

  test('what was caught up with does not come again with what happens meanwhile', async () => {
    const { id: other } = await server.owner.charts.create({ name: 'Other' });
    await save({ created: [span(1)] });
    const beside = await server.owner.live.chart({ chartId: other, since: 0 });
    const all = await server.owner.live.charts({
      charts: [chartId, other].map((id) => ({ chartId: id, since: 0 })),
    });
    const [slow, quick] = [all[Symbol.asyncIterator](), beside[Symbol.asyncIterator]()];
    // The caller hands on what goes over the wire: the id and the event.
    const eventOf = (one: unknown) => (isTrackedEnvelope(one) ? one[1] : one);
    const told = async () => eventOf((await slow.next()).value);
    const toldBeside = async () => eventOf((await quick.next()).value);
    expect(await told()).toMatchObject({ chartId, event: { rev: 1 } });
    // While it rests here, its feed goes on, as the other reader sees.
    for (const rev of [1, 2]) {
      await save({ created: [span(rev)] }, other);
      expect(await toldBeside()).toMatchObject({ rev });
    }
    expect(await told()).toMatchObject({ chartId: other, event: { rev: 1 } });
    await save({ created: [span(3)] }, other);
    expect(await toldBeside()).toMatchObject({ rev: 3 });
    expect(await told()).toMatchObject({ event: { rev: 2, spans: [{ rev: 2 }] } });
    expect(await told()).toMatchObject({ event: { rev: 3, spans: [{ rev: 3 }] } });
    await Promise.all([slow.return?.(), quick.return?.()]);
  });

  test('a member who is one no more hears nothing more of the chart', async () => {
    const all = followAll([{ chartId, since: 0 }]);
    await save({ created: [span(1)] });
    await expect.poll(() => all.events).toMatchObject([{ chartId, event: { rev: 1 } }]);
    await server.db.execute(sql`delete from chart_members where chart_id = ${chartId}`);
    await server.db.execute(sql`select pg_notify('chart', ${String(chartId)})`);
    await expect.poll(() => all.events[1]).toEqual({ chartId, event: null });
    all.unsubscribe();
  });
});

describe('in one process', () => {
  const open = async () => {
    const stream = (await server.owner.live.chart({ chartId, since: 0 })) as AsyncIterable<
      [string, ChartEvent]
    >;
    return stream[Symbol.asyncIterator]();
  };
  const scans = async () => {
    const [row] = await server.db.execute(sql`
      select coalesce(idx_scan, 0) + seq_scan as scans from pg_stat_user_tables
      where relname = 'revisions'`);
    return Number(row?.scans);
  };

  test('a revision is read once, however many follow', async () => {
    const streams = await Promise.all(Array.from({ length: 40 }, open));
    const next = () => Promise.all(streams.map(async (stream) => (await stream.next()).value[1]));
    const first = next();
    await save({ created: [span(0)] });
    await first;
    const before = await scans();
    for (let n = 2; n <= 31; n += 1) {
      const told = next();
      await save({ created: [span(n)] });
      expect((await told).map((event: ChartEvent) => event.rev)).toEqual(Array(40).fill(n));
    }
    await Promise.all(streams.map((stream) => stream.return?.()));
    // PostgreSQL counts a little late.
    await expect.poll(async () => (await scans()) - before).toBeGreaterThan(30);
    expect((await scans()) - before).toBeLessThan(200);
  });

  test('who reads too slowly is told to read all again, not kept waiting lists for', async () => {
    const stream = await open();
    const first = stream.next();
    await save({ created: [span(1)] });
    expect((await first).value[1]).toMatchObject({ type: 'changes', rev: 1 });
    await server.db.execute(sql`
      with made as (
        insert into revisions (chart_id, rev, uid, entity, op, after, actor)
        select ${chartId}, n, gen_random_uuid(), 'span', 'create', '{}', 'local'
        from generate_series(2, 1500) n)
      update charts set rev = 1500 where id = ${chartId}`);
    await server.db.execute(sql`select pg_notify('chart', ${String(chartId)})`);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect((await stream.next()).value[1]).toEqual({ type: 'resync', rev: 1_500 });
    const last = stream.next();
    await save({ created: [span(2)] });
    expect((await last).value[1]).toMatchObject({ type: 'changes', rev: 1_501 });
    await stream.return?.();
  });
});

test('streams end soon after their windows are gone, and the last one takes the listener along', async () => {
  // Four times as many as there may be at once, if they were not given free.
  for (let round = 0; round < 4; round += 1) {
    const windows = Array.from({ length: 100 }, () => follow());
    await expect.poll(() => windows.filter(({ isOpen }) => isOpen()).length).toBe(100);
    if (round === 0) {
      const more = follow();
      await expect.poll(() => more.errors).toMatchObject([{ data: { code: 'TOO_MANY_REQUESTS' } }]);
      expect(await listeners()).toHaveLength(1);
    }
    for (const { unsubscribe } of windows) unsubscribe();
    await expect.poll(listeners).toHaveLength(0);
    expect(windows.flatMap(({ errors }) => errors)).toEqual([]);
  }
});
