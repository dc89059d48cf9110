import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import postgres from 'postgres';
import { beforeEach, describe, expect, test } from 'vitest';
import type { LiveSearchRequest } from '@/contract/searches';
import { completeSpan, NEGATIVE_LABEL } from '@/contract/spans';
import { charts, predictions, trainingRuns } from '@/lib/db/schema';
import { serverTests } from '../testing';

const server = await serverTests();
let chartId: number;
let other: number;
beforeEach(async () => {
  await server.db.delete(trainingRuns);
  await server.db.delete(charts);
  ({ id: chartId } = await server.owner.charts.create({ name: 'Chart' }));
  ({ id: other } = await server.owner.charts.create({ name: 'Other' }));
});

const example = { startTime: 60, endTime: 600, label: 'bull_flag' };
const start = (more: object = {}) => server.owner.searches.start({ chartId, ...example, ...more });
const list = (on = chartId) => server.owner.searches.list({ chartId: on });

async function propose(runId: number, startTime: number, on = chartId) {
  const range = { startTime, endTime: startTime + 5 };
  const [row] = await server.db
    .insert(predictions)
    .values({ chartId: on, trainingRunId: runId, ...range, label: 'bull_flag', score: 0.9 })
    .returning({ id: predictions.id });
  return { id: row?.id ?? 0, range };
}

async function answer(
  runId: number,
  startTime: number,
  label: string,
  on = chartId,
  inBulk = false,
) {
  const { id, range } = await propose(runId, startTime, on);
  const uid = randomUUID();
  const status = label === NEGATIVE_LABEL ? ('dismissed' as const) : ('corrected' as const);
  await server.owner.predictions.review({
    chartId: on,
    reviews: [{ id, status, spanUid: uid, inBulk }],
    diff: { created: [{ uid, ...completeSpan({ ...range, label }) }] },
  });
}

test('a search is a run in the queue that the service is woken for', async () => {
  const heard: string[] = [];
  const listener = postgres(server.url, { max: 1 });
  await listener.listen('training_runs', (payload) => heard.push(payload));
  const search = await start({ otherCharts: [other, other, chartId], until: 900 });
  await expect.poll(() => heard).toEqual([String(search.id)]);
  await listener.end();
  const none = { open: 0, yes: 0, no: 0 };
  expect(search).toMatchObject({
    status: 'queued',
    label: 'bull_flag',
    query: { chartId, startTime: 60, endTime: 600 },
    limit: 40,
    until: 900,
    error: null,
    finishedAt: null,
    charts: [
      { chartId, name: 'Chart', ...none },
      { chartId: other, name: 'Other', ...none },
    ],
    latest: { count: 0, yes: 0 },
  });
  const [stored] = await server.db.select().from(trainingRuns);
  expect(stored).toMatchObject({
    name: 'Similar to bull_flag',
    createdBy: 'local',
    params: {
      ...{ model: 'search', chartIds: [chartId, other], labels: ['bull_flag'] },
      ...{ limit: 40, answers: 0, keep: [] },
    },
  });
  expect(await list()).toEqual([search]);
  expect(await list(other)).toEqual([search]);
});

test('lists of models do not tell of searches, and it can be cancelled like a run', async () => {
  const { id } = await start();
  expect(await server.owner.runs.list({ chartId })).toEqual([]);
  expect(await server.owner.runs.all({})).toEqual([]);
  await server.owner.runs.cancel({ runId: id });
  expect(await list()).toMatchObject([{ status: 'cancelled' }]);
});

test('answers are counted by chart, and the newest of them', async () => {
  const { id } = await start({ otherCharts: [other] });
  await propose(id, 0);
  await propose(id, 10, other);
  await answer(id, 100, 'bull_flag');
  await answer(id, 200, 'bull_flag', other);
  await answer(id, 300, NEGATIVE_LABEL);
  await answer(id, 400, 'wedge_up');
  expect(await list()).toMatchObject([
    {
      charts: [
        { chartId, open: 1, yes: 1, no: 2 },
        { chartId: other, open: 1, yes: 1, no: 0 },
      ],
      latest: { count: 4, yes: 2 },
    },
  ]);
  // Nobody may have looked at what was answered together with others.
  await answer(id, 500, 'bull_flag', chartId, true);
  expect(await list()).toMatchObject([
    { charts: [{ yes: 2, no: 2 }, { yes: 1 }], latest: { count: 4, yes: 2 } },
  ]);
  for (let at = 0; at < 20; at++) await answer(id, 1_000 + at * 10, 'bull_flag');
  expect(await list()).toMatchObject([{ latest: { count: 20, yes: 20 } }]);
});

test('a search is ranked anew from its answers, but not while it is under way', async () => {
  const { id } = await start();
  const rank = (keep: number[] = []) => server.owner.searches.rank({ chartId, runId: id, keep });
  expect(await rank()).toMatchObject({ status: 'queued', answers: 0 });
  await answer(id, 100, 'bull_flag');
  await answer(id, 200, NEGATIVE_LABEL);
  expect(await rank()).toMatchObject({ answers: 0 });
  const { id: kept } = await propose(id, 300);
  await server.db
    .update(trainingRuns)
    .set({ status: 'succeeded', attempts: 1 })
    .where(eq(trainingRuns.id, id));
  expect(await rank([kept])).toMatchObject({ status: 'queued', answers: 2 });
  const [stored] = await server.db.select().from(trainingRuns);
  expect(stored).toMatchObject({ attempts: 0, params: { answers: 2, keep: [kept], limit: 40 } });
  await expect(server.owner.searches.rank({ chartId, runId: id + 1 })).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: `There is no training run ${id + 1}.`,
  });
});

test('a new search takes the place of those that nobody has answered', async () => {
  const answered = await start();
  await answer(answered.id, 100, 'bull_flag');
  const ignored = await start();
  await propose(ignored.id, 0);
  const elsewhere = await server.owner.searches.start({ chartId: other, ...example });
  const newest = await start({ startTime: 120 });
  expect((await list()).map(({ id }) => id)).toEqual([newest.id, answered.id]);
  expect((await list(other)).map(({ id }) => id)).toEqual([elsewhere.id]);
  const left = await server.db
    .select()
    .from(predictions)
    .where(eq(predictions.trainingRunId, ignored.id));
  expect(left).toEqual([]);
});

test('what cannot be searched for is refused', async () => {
  const bad: [object, string][] = [
    [{ startTime: 700 }, 'startTime must not be after endTime'],
    [{ label: NEGATIVE_LABEL }, 'must be the label of a pattern'],
    [{ limit: 201 }, 'Too big'],
  ];
  for (const [more, message] of bad) {
    await expect(start(more)).rejects.toThrow(message);
  }
  await expect(start({ otherCharts: [999] })).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: expect.stringContaining('There is no chart 999.'),
  });
  expect(await list()).toEqual([]);
});

test('a search of which another program wrote the parameters is passed over', async () => {
  await server.db.execute(sql`insert into training_runs (params) values
    (jsonb_build_object('model', 'search', 'chartIds', jsonb_build_array(${chartId}::int)))`);
  expect(await list()).toEqual([]);
});

describe('while an edge moves', () => {
  const ask = (more: object = {}) =>
    server.owner.searches.live({ chartId, ...example, asker: randomUUID(), ...more });

  test('it says what is missing', async () => {
    expect(await ask()).toEqual({ matches: null, problem: 'No model service is connected.' });
    await expect(ask({ startTime: 700 })).rejects.toThrow('startTime must not be after endTime');
  });

  test('each gets the answer to its own question, and nothing is stored', async () => {
    const service = await answerLive(({ startTime, endTime }) => ({
      matches: [{ startTime: startTime + 1, endTime: endTime + 1, score: 0.9 }],
      problem: null,
    }));
    const asked = [0, 60, 120].map((startTime) => ask({ startTime }));
    expect((await Promise.all(asked)).map(({ matches }) => matches?.[0]?.startTime)).toEqual([
      1, 61, 121,
    ]);
    expect(await server.db.select().from(trainingRuns)).toEqual([]);
    await service.end();
  });

  test('what the service answers is held against the contract', async () => {
    const service = await answerLive(() => ({ matches: 'many', problem: null }));
    await expect(ask()).rejects.toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
    await service.end();
  });
});

/** What is answered in the model service's place, under its name. */
async function answerLive(answer: (asked: LiveSearchRequest) => object) {
  const service = postgres(server.url, {
    max: 2,
    connection: { application_name: 'candle-annotator-ml worker' },
  });
  await service.listen('live_searches', (payload) => {
    const asked: LiveSearchRequest = JSON.parse(payload);
    void service.notify('chart', `${asked.topic} ${JSON.stringify(answer(asked))}`);
  });
  return service;
}

test('those who may only look may not start one', async () => {
  await expect(server.as('viewer').searches.start({ chartId, ...example })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
});

test('searches of all charts are told, newest first, with what waits on each', async () => {
  const { id: first } = await start();
  await answer(first, 60, 'bull_flag');
  const { id: second } = await server.owner.searches.start({ chartId: other, ...example });
  await propose(second, 900, other);
  const all = await server.owner.searches.all({});
  expect(
    all.map(({ id, charts: found }) => [id, found.map(({ open, yes }) => [open, yes])]),
  ).toEqual([
    [second, [[1, 0]]],
    [first, [[0, 1]]],
  ]);
  expect(await server.owner.searches.all({ limit: 1 })).toHaveLength(1);
});
