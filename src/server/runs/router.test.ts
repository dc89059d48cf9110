import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import postgres from 'postgres';
import { beforeEach, describe, expect, test } from 'vitest';
import { completeSpan } from '@/contract/spans';
import { charts, predictions, trainingRuns } from '@/lib/db/schema';
import { serverTests } from '../testing';

const server = await serverTests();
let chartId: number;
beforeEach(async () => {
  await server.db.delete(trainingRuns);
  await server.db.delete(charts);
  ({ id: chartId } = await server.owner.charts.create({ name: 'Chart' }));
});

const runs = () => server.owner.runs;
const addSpan = (label: string, on = chartId) =>
  server.owner.spans.save({
    chartId: on,
    diff: {
      created: [
        {
          uid: randomUUID(),
          ...completeSpan({ startTime: 0, endTime: 1, label }),
        },
      ],
    },
  });
const METRICS = {
  spanF1: 0.5,
  spanF1Std: 0.1,
  threshold: 0.4,
  candleF1: 0.4,
  perLabel: [{ label: 'a', support: 2, predicted: 3, precision: 0.5, recall: 0.5, f1: 0.5 }],
  confusion: {
    labels: ['a'],
    counts: [
      [1, 0],
      [0, 1],
    ],
  },
  importance: [{ feature: 'rsi', share: 1 }],
  calibration: [{ predicted: 0.5, observed: 0.4, count: 10 }],
  leaks: 0,
  folds: [{ from: 0, to: 1, trainCandles: 9, testCandles: 3, purged: 1, spans: 0, spanF1: null }],
};

describe('queue', () => {
  test('stores what was chosen, with its defaults, and wakes the service', async () => {
    await addSpan('bull_flag');
    const heard: string[] = [];
    const listener = postgres(server.url, { max: 1 });
    await listener.listen('training_runs', (payload) => heard.push(payload));
    const run = await runs().queue({
      ...{ name: 'Flags', chartIds: [chartId, chartId], labels: ['bull_flag'] },
    });
    expect(run).toMatchObject({
      name: 'Flags',
      status: 'queued',
      params: { chartIds: [chartId], labels: ['bull_flag'], model: 'ensemble', folds: 5, seed: 0 },
      metrics: null,
      progress: 0,
      stage: null,
      log: '',
      error: null,
      startedAt: null,
      finishedAt: null,
    });
    await expect.poll(() => heard).toEqual([String(run.id)]);
    await listener.end();
    expect(await runs().get({ runId: run.id })).toEqual(run);
  });

  test('needs charts that are there, and something marked on them', async () => {
    const queue = (input: { chartIds: number[]; labels?: string[] }) => runs().queue(input);
    await expect(queue({ chartIds: [chartId, 999] })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('There is no chart 999.'),
    });
    await expect(queue({ chartIds: [chartId] })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: 'There is nothing to learn from: no spans on this chart. Label some first.',
    });
    // A negative teaches no pattern by itself.
    await addSpan('O');
    await expect(queue({ chartIds: [chartId] })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await addSpan('bull_flag');
    await expect(queue({ chartIds: [chartId], labels: ['custom', 'O'] })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: 'There is nothing to learn from: no spans labelled “custom”, “O” on this chart.',
    });
    await expect(queue({ chartIds: [] })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(await server.db.select().from(trainingRuns)).toEqual([]);
    await queue({ chartIds: [chartId] });
  });
});

describe('list and get', () => {
  const insert = (params: object, rest: object = {}) =>
    server.db
      .insert(trainingRuns)
      .values({ params: params as Record<string, unknown>, ...rest })
      .returning({ id: trainingRuns.id })
      .then(([row]) => row?.id ?? 0);

  test('runs of a chart come newest first, without log and model', async () => {
    const { id: other } = await server.owner.charts.create({ name: 'Other' });
    const first = await insert({ chartIds: [chartId] }, { log: 'long' });
    const both = await insert({ chartIds: [other, chartId] }, { model: new Uint8Array(9) });
    await insert({ chartIds: [other] });
    const listed = await runs().list({ chartId });
    expect(listed.map((run) => run.id)).toEqual([both, first]);
    expect(listed.flatMap(Object.keys)).not.toEqual(expect.arrayContaining(['log']));
    expect(listed.flatMap(Object.keys)).not.toEqual(expect.arrayContaining(['model']));
    expect(await runs().list({ chartId, limit: 1 })).toHaveLength(1);
    expect((await runs().get({ runId: first })).log).toBe('long');
    expect(await runs().get({ runId: both })).not.toHaveProperty('model');
  });

  test('metrics of the model service are read; those of others are figures in their own words', async () => {
    const own = await insert({ chartIds: [chartId] }, { metrics: METRICS, status: 'succeeded' });
    const accuracy = { accuracy: 0.9, notes: 'ok', nested: { auc: [0.5, 0.6] }, empty: null };
    const other = await insert({ chartIds: [chartId] }, { metrics: accuracy, name: 'mine' });
    const [newest, oldest] = await runs().list({ chartId });
    expect(newest).toMatchObject({ id: other, name: 'mine', metrics: null });
    expect(newest?.figures).toEqual([
      // jsonb sorts keys by their length.
      { name: 'notes', value: 'ok' },
      { name: 'nested.auc.0', value: 0.5 },
      { name: 'nested.auc.1', value: 0.6 },
      { name: 'accuracy', value: 0.9 },
    ]);
    expect(oldest).toMatchObject({ id: own, metrics: METRICS, figures: [] });
  });

  test('a run of any model and any parameters is shown with what can be read of it', async () => {
    const odd = await insert({ chartIds: [chartId], model: 'my-transformer', folds: 'many' });
    const plain = await insert({ chartIds: [chartId], unheardOf: true });
    const [newest, oldest] = await runs().list({ chartId });
    expect(newest).toMatchObject({ id: plain, params: { model: 'unknown', folds: null } });
    expect(oldest).toMatchObject({ id: odd, params: { model: 'my-transformer', folds: null } });
    expect(await runs().get({ runId: odd })).toMatchObject({ id: odd });
  });

  test('a run that names no chart belongs to those that it has predictions on', async () => {
    const run = await insert({});
    expect(await runs().list({ chartId })).toEqual([]);
    await server.db
      .insert(predictions)
      .values({ chartId, trainingRunId: run, startTime: 0, endTime: 1, label: 'a', score: 0.5 });
    expect((await runs().list({ chartId })).map(({ id }) => id)).toEqual([run]);
    expect(await runs().get({ runId: run })).toMatchObject({ id: run });
  });

  test('a run whose charts are all gone is not found, and looks like one that never was', async () => {
    const runId = await insert({ chartIds: [chartId] });
    await server.owner.charts.delete({ chartId });
    for (const call of [runs().get, runs().cancel]) {
      await expect(call({ runId })).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: `There is no training run ${runId}.`,
      });
      await expect(call({ runId: 999_999 })).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: 'There is no training run 999999.',
      });
      await expect(call({ runId: 0 })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    }
  });

  test.each(['queued', 'running', 'cancelled'])(
    'a run that is %s ends cancelled',
    async (status) => {
      const runId = await insert({ chartIds: [chartId] }, { status });
      const run = await runs().cancel({ runId });
      expect(run).toMatchObject({ status: 'cancelled', finishedAt: expect.any(Number) });
      expect(await runs().cancel({ runId })).toEqual(run);
    },
  );

  test.each(['succeeded', 'failed'])('a run that has %s stays so', async (status) => {
    const runId = await insert({ chartIds: [chartId] }, { status });
    await expect(runs().cancel({ runId })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: `Training run ${runId} has ${status} already.`,
    });
    expect(await runs().get({ runId })).toMatchObject({ status, finishedAt: null });
  });
});

describe('service', () => {
  /** The role that the web app has on a server of somebody's own: no superuser. */
  async function appUrl() {
    const name = `app_${randomUUID().slice(0, 8)}`;
    await server.db.execute(
      sql`create role ${sql.identifier(name)} login password 'secret' in role app`,
    );
    const url = new URL(server.url);
    [url.username, url.password] = [name, 'secret'];
    return { url: url.href, drop: () => server.db.execute(sql`drop role ${sql.identifier(name)}`) };
  }

  test('is connected while a session of its name is, seen without superuser rights', async () => {
    const { connect } = await import('@/lib/db');
    const { getServiceState } = await import('../model-service/data');
    const app = await appUrl();
    const own = connect(app.url);
    expect(await getServiceState(own.db)).toEqual({ connected: false });
    const service = postgres(server.url, {
      max: 1,
      connection: { application_name: 'candle-annotator-ml worker' },
    });
    await service`select 1`;
    expect(await getServiceState(own.db)).toEqual({ connected: true });
    expect(await runs().service()).toEqual({ connected: true });
    await service.end();
    await expect.poll(() => getServiceState(own.db)).toEqual({ connected: false });
    await own.close();
    await app.drop();
  });
});

test('a run counts for the chart it names, not for one whose number begins alike', async () => {
  await server.db.insert(trainingRuns).values({ params: { chartIds: [chartId * 10 + 1] } });
  expect(await runs().list({ chartId })).toEqual([]);
  expect(
    await server.db.select().from(trainingRuns).where(eq(trainingRuns.status, 'queued')),
  ).toHaveLength(1);
});

describe('rename and delete', () => {
  const insert = (status: string) =>
    server.db
      .insert(trainingRuns)
      .values({ params: { chartIds: [chartId] }, status })
      .returning({ id: trainingRuns.id })
      .then(([row]) => row!.id);

  test('a run takes a name and loses it', async () => {
    const runId = await insert('succeeded');
    expect(await runs().rename({ runId, name: ' with volume ' })).toMatchObject({
      id: runId,
      name: 'with volume',
    });
    expect(await runs().rename({ runId, name: null })).toMatchObject({ name: null });
    await expect(runs().rename({ runId, name: ' ' })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
    await expect(runs().rename({ runId: 999_999, name: 'a' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('a run that has ended goes with its predictions; one under way stays', async () => {
    const runId = await insert('failed');
    await server.db
      .insert(predictions)
      .values({ chartId, trainingRunId: runId, startTime: 0, endTime: 1, label: 'a', score: 0.5 });
    await runs().delete({ runId });
    await expect(runs().get({ runId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await server.db.select().from(predictions)).toEqual([]);
    const busy = await insert('running');
    await expect(runs().delete({ runId: busy })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await runs().get({ runId: busy })).toMatchObject({ status: 'running' });
  });
});

test('a run tells what it saw, and what has become of it since', async () => {
  await addSpan('bull_flag');
  const { id: gone } = await server.owner.charts.create({ name: 'Gone' });
  const chart = await server.owner.charts.get({ chartId });
  const seen = (id: number, name: string) => ({
    ...{ id, name, rev: chart.rev, dataRev: chart.dataRev, candles: 100, spans: 1 },
    ...{ from: 0, to: 10, examinedCandles: 40, examinedRanges: 2, examinedFrom: 3, examinedTo: 8 },
  });
  const dataset = {
    charts: [seen(chartId, 'Chart'), seen(gone, 'Gone')],
    labels: [
      { label: 'bull_flag', spans: 1 },
      { label: 'renamed', spans: 3 },
    ],
    sha256: 'ab12',
    versions: {},
  };
  const [row] = await server.db
    .insert(trainingRuns)
    .values({
      status: 'succeeded',
      params: { chartIds: [chartId, gone] },
      metrics: METRICS,
      dataset,
    })
    .returning({ id: trainingRuns.id });
  const runId = row?.id ?? 0;
  await server.owner.charts.delete({ chartId: gone });
  const states = async () =>
    (await runs().get({ runId })).dataset?.charts.map(({ state }) => state);
  expect(await states()).toEqual(['same', 'deleted']);
  expect((await runs().get({ runId })).dataset).toMatchObject({
    sha256: 'ab12',
    goneLabels: ['renamed'],
    charts: [
      { name: 'Chart', examinedCandles: 40, examinedRanges: 2, trainedFrom: 3, trainedTo: 8 },
      {},
    ],
  });
  await addSpan('custom');
  expect(await states()).toEqual(['labels-changed', 'deleted']);
  const isStale = async () => (await runs().list({ chartId }))[0]?.isStale;
  const hasGone = async () => (await runs().list({ chartId }))[0]?.hasGoneLabels;
  expect(await hasGone()).toBe(true);
  expect(await isStale(), 'a chart is gone').toBe(true);
  await server.db.update(trainingRuns).set({ dataset: { charts: [seen(chartId, 'Chart')] } });
  expect([await isStale(), await hasGone()]).toEqual([false, false]);
  await server.db.update(charts).set({ dataRev: chart.dataRev + 1 });
  expect(await isStale(), 'its candles changed').toBe(true);
  await server.db.update(trainingRuns).set({ dataset });
  expect(await states()).toEqual(['candles-changed', 'deleted']);
  await server.db.update(trainingRuns).set({ dataset: { other: 1 } });
  expect((await runs().get({ runId })).dataset).toBeNull();
  expect(await runs().all({})).toMatchObject([{ id: runId }]);
});

describe('waiting', () => {
  const propose = async (runId: number, startTime: number, score: number, label = 'bull_flag') => {
    const [row] = await server.db
      .insert(predictions)
      .values({ chartId, trainingRunId: runId, startTime, endTime: startTime + 9, label, score })
      .returning({ id: predictions.id });
    return row?.id ?? 0;
  };
  const span = (startTime: number, label: string) => {
    const uid = randomUUID();
    return { uid, ...completeSpan({ startTime, endTime: startTime + 9, label }) };
  };
  const finish = async (metrics: unknown) => {
    const { id } = await runs().queue({ chartIds: [chartId] });
    await server.db.execute(sql`update training_runs
      set status = 'succeeded', metrics = ${JSON.stringify(metrics)}::jsonb where id = ${id}`);
    return id;
  };

  test('counts what is over the threshold and settled by no span', async () => {
    await addSpan('bull_flag');
    const id = await finish({ ...METRICS, quality: { spans: 12 } });
    await server.owner.spans.save({
      chartId,
      diff: { created: [span(100, 'bull_flag'), span(200, 'O'), span(300, 'bear_flag')] },
    });
    await propose(id, 102, 0.9); // agrees
    await propose(id, 198, 0.9); // there is nothing
    await propose(id, 300, 0.9); // another label: to be looked at
    await propose(id, 106, 0.9); // at another place
    await propose(id, 500, 0.39); // under the threshold
    await propose(id, 600, 0.4);
    // One that agrees lies under another label's that fits better.
    await server.owner.spans.save({
      chartId,
      diff: { created: [span(902, 'bull_flag'), span(900, 'bear_flag')] },
    });
    await propose(id, 900, 0.9);
    for (const [at, label] of [
      [700, 'bull_flag'],
      [800, 'O'],
    ] as const) {
      const made = span(at, label);
      const review = { id: await propose(id, at, 0.8), spanUid: made.uid };
      const status = label === 'O' ? ('dismissed' as const) : ('confirmed' as const);
      await server.owner.predictions.review({
        chartId,
        reviews: [{ ...review, status }],
        diff: { created: [made] },
      });
    }
    expect(await runs().waiting({})).toEqual([
      {
        id,
        name: null,
        threshold: 0.4,
        spans: 12,
        charts: [{ chartId, name: 'Chart', open: 3, yes: 1, no: 1 }],
        evidence: [],
      },
    ]);
  });

  test('checks are told by themselves, and a no that leaves a span is a no', async () => {
    await addSpan('bull_flag');
    const [check] = await server.db
      .insert(trainingRuns)
      .values({
        status: 'succeeded',
        params: { model: 'label-errors', chartIds: [chartId], labels: [], runId: 1 },
      })
      .returning({ id: trainingRuns.id });
    const id = check?.id ?? 0;
    await propose(id, 500, 0.6);
    const kept = span(700, 'bull_flag');
    await server.owner.predictions.review({
      chartId,
      reviews: [{ id: await propose(id, 706, 0.5), status: 'dismissed', spanUid: kept.uid }],
      diff: { created: [kept] },
    });
    expect(await runs().waiting({})).toEqual([]);
    expect(await runs().waiting({ of: 'candlesticks' })).toEqual([]);
    expect(await runs().waiting({ of: 'label-errors' })).toMatchObject([
      { id, threshold: 0, charts: [{ chartId, open: 1, yes: 0, no: 1 }] },
    ]);
    expect(await runs().list({ chartId })).toEqual([]);
    expect(await runs().all({})).toEqual([]);
  });

  test.each([
    [[{ chartId: 7, name: 'Doji', signals: 8, hits: 3 }], 1],
    [[{ chartId: 7, name: 'Doji', signals: 0, hits: 0 }], 0],
    ['of another program', 0],
    [undefined, 0],
  ])(
    'patterns come with what their scores rest on, if it can be read: %j',
    async (evidence, count) => {
      await server.db.insert(trainingRuns).values({
        status: 'succeeded',
        params: { model: 'candlesticks', chartIds: [chartId], labels: [], evidence },
      });
      const [run] = await runs().waiting({ of: 'candlesticks' });
      expect(run?.evidence).toHaveLength(count);
    },
  );

  test('spans that a run missed wait for as long as they are drawn', async () => {
    const drawn = span(500, 'bull_flag');
    const { rev } = await server.owner.spans.save({ chartId, diff: { created: [drawn] } });
    const [check] = await server.db
      .insert(trainingRuns)
      .values({
        status: 'succeeded',
        params: { model: 'missed', chartIds: [chartId], labels: [], runId: 1 },
      })
      .returning({ id: trainingRuns.id });
    const id = check?.id ?? 0;
    await propose(id, 500, 0.6);
    await propose(id, 5_000, 0.5);
    const waits = async () => (await runs().waiting({ of: 'missed' }))[0]?.charts;
    expect(await waits()).toMatchObject([{ open: 1, yes: 0, no: 0 }]);
    await server.owner.spans.save({ chartId, diff: { deleted: [{ uid: drawn.uid, rev }] } });
    expect(await waits()).toEqual([]);
  });

  test('tells of runs of other programs, and not of those that have not finished', async () => {
    await addSpan('bull_flag');
    const id = await finish({ threshold: 'high', quality: 7 });
    await propose(id, 100, 0.1);
    await runs().queue({ chartIds: [chartId] });
    expect(await runs().waiting({})).toMatchObject([
      { id, threshold: 0, spans: null, charts: [{ open: 1 }] },
    ]);
  });
});
