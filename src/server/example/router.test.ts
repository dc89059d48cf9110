import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ALL_TIME } from '@/contract/common';
import { EXAMPLE } from '@/contract/example';
import { trainingRuns } from '@/lib/db/schema';
import { callerFor } from '../root';
import { serverTests } from '../testing';

const server = await serverTests();
beforeAll(() => vi.stubEnv('DATABASE_URL', server.url));
afterAll(() => vi.unstubAllEnvs());

const day = (time: number) => new Date(time * 1000).toISOString().slice(0, 10);
const everything = async () => ({
  charts: (await server.owner.charts.list()).map(({ name }) => name),
  runs: (await server.owner.runs.all({})).map(({ name, status }) => [name, status]),
  types: (await server.owner.spans.types()).map(({ name }) => name),
});

test('opening it twice, at once and later, makes one', async () => {
  const { types } = await everything();
  const opened = await Promise.all([server.owner.example.open({}), server.owner.example.open({})]);
  opened.push(await server.owner.example.open({}));
  expect(new Set(opened.map(({ chartId }) => chartId)).size).toBe(1);
  const [chart] = await server.owner.charts.list();
  expect(chart).toMatchObject({ id: opened[0]?.chartId, candleCount: 5105, timeframe: 86_400 });
  expect(await everything()).toEqual({
    charts: [EXAMPLE.chartName],
    runs: [[EXAMPLE.runName, 'queued']],
    types,
  });
});

test('its spans say that they are the rule’s, and its bars what was looked for', async () => {
  const { chartId } = await server.owner.example.open({});
  const spans = await server.owner.spans.list({ chartId, ...ALL_TIME });
  expect(spans).toHaveLength(EXAMPLE.spans);
  expect(new Set(spans.map(({ source }) => source))).toEqual(new Set([EXAMPLE.source]));
  const ranges = await server.owner.examined.list({ chartId });
  expect(ranges).toMatchObject([{ source: 'import', labelSet: ['bull_flag', 'double_bottom'] }]);
  expect(day(ranges[0]?.startTime ?? 0)).toBe('2000-01-03');
  expect(ranges[0]?.endTime).toBe(spans.at(-1)?.endTime);
  const [overview] = await server.owner.charts.overview();
  expect(overview?.exampleSpans).toBe(EXAMPLE.spans);
});

test('without its chart it is all gone, and can be opened anew', async () => {
  const { chartId } = await server.owner.example.open({});
  await server.owner.charts.delete({ chartId });
  expect(await everything()).toMatchObject({ charts: [], runs: [] });
  const again = await server.owner.example.open({});
  expect(again.chartId).not.toBe(chartId);
  expect(await everything()).toMatchObject({ runs: [[EXAMPLE.runName, 'queued']] });
});

test('goes on with the candles where it was stopped after them', async () => {
  const { chartId } = await server.owner.example.open({});
  await server.owner.charts.delete({ chartId });
  const deny = (isDenied: boolean) =>
    server.db.execute(
      isDenied
        ? sql`alter table ${trainingRuns} add constraint no_runs check (false) not valid`
        : sql`alter table ${trainingRuns} drop constraint no_runs`,
    );
  await deny(true);
  await expect(server.owner.example.open({})).rejects.toThrow();
  const [left] = await server.owner.charts.list();
  expect(left).toMatchObject({ name: EXAMPLE.chartName, rev: 0, candleCount: 5105 });
  expect(await server.owner.spans.list({ chartId: left?.id ?? 0, ...ALL_TIME })).toEqual([]);
  await deny(false);
  expect((await server.owner.example.open({})).chartId).toBe(left?.id);
  expect((await server.owner.charts.overview())[0]?.exampleSpans).toBe(EXAMPLE.spans);
});

test('makes a label anew that was deleted', async () => {
  const { chartId } = await server.owner.example.open({});
  await server.owner.charts.delete({ chartId });
  await server.db.execute(sql`delete from span_label_types where name = 'bull_flag'`);
  await server.owner.example.open({});
  expect((await everything()).types).toContain('bull_flag');
});

test('each person has one of their own, and sees no other', async () => {
  await server.db.execute(sql`insert into users (id, name) values ('mara', 'Mara')`);
  const mara = callerFor({ db: server.db, actor: { id: 'mara', role: 'owner' } });
  const { chartId } = await server.owner.example.open({});
  const own = await mara.example.open({});
  expect(await mara.charts.list()).toMatchObject([
    { id: own.chartId, name: `${EXAMPLE.chartName}-2` },
  ]);
  expect((await server.owner.charts.list()).map(({ id }) => id)).toEqual([chartId]);
  expect(await mara.runs.all({})).toHaveLength(1);
});

test('is for those who may import', async () => {
  await expect(server.as('annotator').example.open({})).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
});
