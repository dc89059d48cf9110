import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test, vi } from 'vitest';
import { charts, sqliteMigrations } from '@/lib/db/schema';
import { serverTests } from '../testing';
import { purgeDeletedCharts } from './data';

const server = await serverTests();
beforeEach(() => server.db.delete(charts));

const create = (name: string) => server.owner.charts.create({ name });
const names = async () => (await server.owner.charts.list()).map((chart) => chart.name);

test('a new chart is empty, and is read back', async () => {
  const chart = await create('  SPY daily ');
  expect(chart).toMatchObject({
    name: 'SPY daily',
    symbol: null,
    timeframe: null,
    candleCount: 0,
    firstTime: null,
    lastTime: null,
    rev: 0,
    dataRev: 0,
  });
  expect(chart.createdAt).toBeCloseTo(Date.now() / 1000, -2);
  expect(Object.keys(chart)).not.toContain('createdBy');
  expect(await server.owner.charts.get({ chartId: chart.id })).toEqual(chart);
  expect(await server.owner.charts.list()).toEqual([chart]);
});

test('no chart is an empty list', async () => {
  expect(await server.owner.charts.list()).toEqual([]);
});

test('charts are listed by name, whatever its case', async () => {
  for (const name of ['b', 'C', 'a', 'Ä', 'ö']) await create(name);
  expect(await names()).toEqual(['a', 'b', 'C', 'Ä', 'ö']);
});

test('a taken name gets a number, and the first free one', async () => {
  for (let i = 0; i < 3; i += 1) await create('SPY');
  const [second] = (await server.owner.charts.list()).filter((chart) => chart.name === 'SPY-2');
  await server.owner.charts.delete({ chartId: second?.id ?? 0 });
  await create('SPY');
  await create('SPY');
  expect(await names()).toEqual(['SPY', 'SPY-2', 'SPY-3', 'SPY-4']);
});

test('more than a hundred of one name, and 16 at once, all get their own', async () => {
  await server.db.execute(
    sql`insert into charts (name) select 'X' || case when n = 1 then '' else '-' || n end from generate_series(1, 150) n`,
  );
  const made = await Promise.all(Array.from({ length: 16 }, () => create('X')));
  expect(made.map((chart) => chart.name).sort()).toEqual(
    Array.from({ length: 16 }, (_, i) => `X-${151 + i}`),
  );
});

test('the longest names keep their length when they get a number', async () => {
  const long = `${'x'.repeat(196)}📈📈`;
  await create(long);
  const { name } = await create(long);
  expect(name).toBe(`${'x'.repeat(196)}📈-2`);
  await expect(create('x'.repeat(201))).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

test.each(['', '   ', 'a\0b', '\ud800'])('the name %j is refused', async (name) => {
  await expect(create(name)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  expect(await names()).toEqual([]);
});

test('a chart is renamed, to its own name too, but not to another’s', async () => {
  const { id: chartId } = await create('A');
  await create('B');
  const rename = (name: string) => server.owner.charts.rename({ chartId, name });
  expect((await rename('A')).name).toBe('A');
  await expect(rename('B')).rejects.toMatchObject({
    code: 'CONFLICT',
    message: 'There is already a chart named “B”.',
  });
  expect((await rename(' C ')).name).toBe('C');
  expect(await names()).toEqual(['B', 'C']);
});

test('a deleted chart takes everything on it along and says how much that was', async () => {
  const { id: chartId } = await create('A');
  const { id: other } = await create('B');
  for (const id of [chartId, other]) await fill(id);
  const contents = { candles: 5, annotations: 2, spans: 3, predictions: 4 };
  expect(await server.owner.charts.contents({ chartId })).toEqual(contents);
  expect(await server.owner.charts.delete({ chartId })).toEqual(contents);
  expect(await names()).toEqual(['B']);
  expect(await server.owner.charts.contents({ chartId: other })).toEqual(contents);
  await expect(server.owner.charts.delete({ chartId })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  const [left] = await server.db.execute(sql`select
    (select count(*)::int from candles) as candles,
    (select count(*)::int from candle_tiles) as tiles,
    (select count(*)::int from revisions) as revisions`);
  expect(left, 'it can be restored').toEqual({ candles: 10, tiles: 2, revisions: 2 });
  await server.db.execute(
    sql`update charts set deleted_at = now() - interval '31 days' where id = ${chartId}`,
  );
  expect(await purgeDeletedCharts(server.db)).toBe(1);
  const [kept] = await server.db.execute(sql`select
    (select count(*)::int from candles) as candles,
    (select count(*)::int from candle_tiles) as tiles,
    (select count(*)::int from revisions) as revisions`);
  expect(kept).toEqual({ candles: 5, tiles: 1, revisions: 1 });
});

test('a chart cannot be deleted by those who only annotate', async () => {
  const { id: chartId } = await create('A');
  for (const role of ['viewer', 'annotator', 'reviewer'] as const) {
    await expect(server.as(role).charts.delete({ chartId })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  }
  expect(await names()).toEqual(['A']);
});

test('a list tells of spans and work, a picture of where they are', async () => {
  const { id: chartId } = await create('A');
  const { id: empty } = await create('B');
  await server.db.execute(sql`
    insert into candles (chart_id, time, open, high, low, close)
    select ${chartId}, to_timestamp(n * 60), 1, 1, 1, 1 from generate_series(0, 999) n`);
  await server.db.execute(sql`update charts set candle_count = 1000,
    first_time = to_timestamp(0), last_time = to_timestamp(59940) where id = ${chartId}`);
  await server.db.execute(sql`
    insert into span_annotations (uid, chart_id, start_time, end_time, label, rev)
    select gen_random_uuid(), ${chartId}, to_timestamp(t), to_timestamp(t + 60), label, 1
    from (values (0, 'custom'), (60, 'custom'), (0, 'bull_flag'), (30000, 'custom'), (9, 'O'))
      as v (t, label)`);
  await server.owner.examined.mark({ chartId, startTime: 0, endTime: 600 });
  expect(await server.owner.charts.overview()).toEqual([
    {
      chartId,
      spans: [
        { label: 'custom', count: 3 },
        { label: 'bull_flag', count: 1 },
      ],
      exampleSpans: 0,
      stale: null,
      lastWork: { at: expect.closeTo(Date.now() / 1000, -2), by: expect.any(String) },
    },
    { chartId: empty, spans: [], exampleSpans: 0, stale: null, lastWork: null },
  ]);
  expect(await server.owner.charts.picture({ chartId })).toEqual({
    // Two that lie at one place are one.
    spans: [
      { startTime: 0, endTime: 60, label: 'bull_flag' },
      { startTime: 0, endTime: 60, label: 'custom' },
      { startTime: 30_000, endTime: 30_060, label: 'custom' },
    ],
    examined: [{ startTime: 0, endTime: 600 }],
    examinedCandles: 11,
  });
  expect(await server.owner.charts.picture({ chartId: empty })).toEqual({
    ...{ spans: [], examined: [], examinedCandles: 0 },
  });
});

test('a deleted chart is restored with its members, under a name that is free', async () => {
  const { id: chartId } = await create('A');
  await fill(chartId);
  const { restore, deleted } = server.owner.charts;
  expect(await restore({ chartId }), 'it is there').toMatchObject({ id: chartId, name: 'A' });
  await server.owner.charts.delete({ chartId });
  await expect(server.owner.charts.get({ chartId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await server.owner.charts.overview()).toEqual([]);
  expect(await deleted()).toEqual([
    { id: chartId, name: 'A', candleCount: 5, deletedAt: expect.closeTo(Date.now() / 1000, -2) },
  ]);
  expect((await create('A')).name, 'its name is free').toBe('A');
  expect(await restore({ chartId })).toMatchObject({ id: chartId, name: 'A-2', candleCount: 5 });
  expect(await names()).toEqual(['A', 'A-2']);
  expect(await server.owner.charts.contents({ chartId })).toMatchObject({ spans: 3 });
  expect(await deleted()).toEqual([]);
  await server.owner.charts.delete({ chartId });
  expect(await purgeDeletedCharts(server.db), 'not within 30 days').toBe(0);
  expect(await deleted()).toHaveLength(1);
});

async function fill(chartId: number) {
  await server.db.execute(sql`
    with run as (insert into training_runs (params) values ('{}') returning id),
    c as (insert into candles (chart_id, time, open, high, low, close)
      select ${chartId}, to_timestamp(n), 1, 1, 1, 1 from generate_series(1, 5) n),
    t as (insert into candle_tiles values (${chartId}, 60, 0, 0, now(), 5, '')),
    a as (insert into annotations (uid, chart_id, time, label_type, rev)
      select gen_random_uuid(), ${chartId}, now(), 'break_up', 1 from generate_series(1, 2)),
    s as (insert into span_annotations (uid, chart_id, start_time, end_time, label, rev)
      select gen_random_uuid(), ${chartId}, now(), now(), 'custom', 1 from generate_series(1, 3)),
    r as (insert into revisions values (${chartId}, 1, gen_random_uuid(), 'span', 'create', null, null, 'local')),
    p as (insert into predictions (chart_id, training_run_id, start_time, end_time, label, score)
      select ${chartId}, run.id, now(), now(), 'custom', 0.5 from run, generate_series(1, 4))
    update charts set candle_count = 5 where id = ${chartId}`);
}

test('an old SQLite database is pointed at until one was moved', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'old-database-')), 'candles.db');
  vi.stubEnv('DATABASE_PATH', path);
  expect(await server.owner.charts.oldDatabase()).toBeNull();
  await writeFile(path, 'SQLite format 3');
  expect(await server.owner.charts.oldDatabase()).toBe(path);
  const moved = { sourceHash: 'a', sourcePath: path, acceptsRejects: false, keys: [] };
  await server.db.insert(sqliteMigrations).values({ ...moved, phase: 'loading' });
  expect(await server.owner.charts.oldDatabase()).toBe(path);
  await server.db.update(sqliteMigrations).set({ phase: 'done' });
  expect(await server.owner.charts.oldDatabase()).toBeNull();
  vi.unstubAllEnvs();
});

test('in which zone a chart is traded is known to all who may read it', async () => {
  const { id: chartId } = await server.owner.charts.create({ name: 'Zoned' });
  expect((await server.owner.charts.get({ chartId })).exchangeZone).toBe(null);
  await server.owner.charts.setExchangeZone({ chartId, zone: 'America/New_York' });
  expect((await server.as('viewer').charts.get({ chartId })).exchangeZone).toBe('America/New_York');
  await expect(
    server.owner.charts.setExchangeZone({ chartId, zone: 'Wall Street' }),
  ).rejects.toThrow(/is not the name of a time zone/);
  await server.owner.charts.setExchangeZone({ chartId, zone: null });
  expect((await server.owner.charts.get({ chartId })).exchangeZone).toBe(null);
});
