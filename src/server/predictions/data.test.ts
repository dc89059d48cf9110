import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import postgres from 'postgres';
import { beforeEach, describe, expect, test } from 'vitest';
import { completeSpan } from '@/contract/spans';
import { charts, predictionRequests, predictions, revisions } from '@/lib/db/schema';
import { serverTests, type TestServer } from '../testing';

const server = await serverTests();
let chartId: number;
let other: number;
let runId: number;
beforeEach(async () => {
  await server.db.delete(charts);
  ({ id: chartId } = await server.owner.charts.create({ name: 'Chart' }));
  ({ id: other } = await server.owner.charts.create({ name: 'Other' }));
  const [run] = await server.db.execute<{ id: number }>(
    sql`insert into training_runs (params) values ('{}') returning id`,
  );
  runId = run?.id ?? 0;
});

const predict = async (startTime: number, endTime: number, score = 0.5, on = chartId) => {
  const [row] = await server.db
    .insert(predictions)
    .values({ chartId: on, trainingRunId: runId, startTime, endTime, label: 'bull_flag', score })
    .returning({ id: predictions.id });
  return row?.id ?? 0;
};
const span = (source = 'model_confirmed') => ({
  uid: randomUUID(),
  ...completeSpan({
    startTime: 0,
    endTime: 5,
    label: 'bull_flag',
    source,
    modelPrediction: { label: 'bull_flag', confidence: 0.5 },
  }),
});
const list = (window: object = {}) =>
  server.owner.predictions.list({ chartId, runId, from: -1e9, to: 1e9, ...window });
type Review = Parameters<TestServer['owner']['predictions']['review']>[0];
const review = (reviews: Review['reviews'], diff: Review['diff'] = {}) =>
  server.owner.predictions.review({ chartId, reviews, diff });
const stored = () =>
  server.db
    .select()
    .from(predictions)
    .where(eq(predictions.chartId, chartId))
    .orderBy(predictions.id);
const log = () => server.db.select().from(revisions).where(eq(revisions.chartId, chartId));

describe('predictions', () => {
  test('a window holds what touches it, over the score, of the run and the chart', async () => {
    for (const [start, end, score] of [
      [20, 25, 1],
      [0, 5, 0.2],
      [2, 30, 0.9],
      [8, 12, 0.5],
    ] as const) {
      await predict(start, end, score);
    }
    await predict(0, 5, 1, other);
    const starts = async (window: object) => (await list(window)).map((row) => row.startTime);
    expect(await starts({})).toEqual([0, 2, 8, 20]);
    expect(await starts({ from: 5, to: 8 })).toEqual([0, 2, 8]);
    expect(await starts({ from: 13, to: 19, minScore: 0.9 })).toEqual([2]);
    expect(await starts({ minScore: 0.91 })).toEqual([20]);
    expect(await starts({ from: 31, to: 1e9 })).toEqual([]);
    expect(await starts({ limit: 2 })).toEqual([0, 2]);
    expect(await starts({ runId: runId + 1 })).toEqual([]);
    const [first] = await list();
    expect(first).toEqual({
      id: first?.id,
      chartId,
      runId,
      startTime: 0,
      endTime: 5,
      label: 'bull_flag',
      score: 0.2,
      status: 'new',
      inBulk: false,
      teaches: null,
      spanUid: null,
    });
  });

  test('a window the wrong way round and scores that are none are refused', async () => {
    for (const bad of [{ from: 2, to: 1 }, { minScore: 1.1 }, { minScore: -0.1 }, { limit: 0 }]) {
      await expect(list(bad)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    }
  });
});

describe('review', () => {
  test.each(['confirmed', 'corrected', 'dismissed'] as const)(
    'a prediction is %s by a span, both or neither; again gives the same',
    async (status) => {
      const id = await predict(0, 5);
      const made = span();
      const send = () => review([{ id, status, spanUid: made.uid }], { created: [made] });
      const result = await send();
      expect(result).toMatchObject({
        rev: 1,
        rows: [made],
        predictions: [{ id, status, spanUid: made.uid }],
      });
      const after = await stored();
      expect(after).toMatchObject([{ reviewedBy: 'local', reviewedAt: expect.any(Number) }]);
      expect(await send()).toEqual(result);
      expect([await stored(), (await log()).length]).toEqual([after, 1]);
    },
  );

  test('undo makes it new again and deletes the span; again gives the same', async () => {
    const id = await predict(0, 5);
    const made = span();
    await review([{ id, status: 'confirmed', spanUid: made.uid }], { created: [made] });
    const undo = () =>
      review([{ id, status: 'new', spanUid: null }], { deleted: [{ uid: made.uid, rev: 1 }] });
    const result = await undo();
    expect(result).toMatchObject({ rev: 2, rows: [], deleted: [made.uid] });
    expect(await undo()).toEqual(result);
    expect(await stored()).toMatchObject([
      { status: 'new', spanUid: null, reviewedBy: null, reviewedAt: null },
    ]);
    expect(await log()).toHaveLength(2);
  });

  test('another review of the same prediction is a conflict that shows its span', async () => {
    const id = await predict(0, 5);
    const [mine, theirs] = [span(), span()];
    await review([{ id, status: 'confirmed', spanUid: theirs.uid }], { created: [theirs] });
    const before = [await stored(), await log()];
    for (const attempt of [
      () => review([{ id, status: 'dismissed', spanUid: mine.uid }], { created: [mine] }),
      () => review([{ id, status: 'new', spanUid: null }]),
    ]) {
      await expect(attempt()).rejects.toMatchObject({
        code: 'CONFLICT',
        message: 'A prediction got another review meanwhile; nothing was saved.',
        cause: { conflicts: [{ uid: theirs.uid, current: theirs }] },
      });
    }
    expect([await stored(), await log()]).toEqual(before);
    // With the other's span it may be replaced in one go.
    await review([{ id, status: 'dismissed', spanUid: mine.uid }], {
      created: [mine],
      deleted: [{ uid: theirs.uid, rev: 1 }],
    });
    expect(await stored()).toMatchObject([{ status: 'dismissed', spanUid: mine.uid }]);
  });

  test('a review that names a span of a person is taken back, and the span stays', async () => {
    const id = await predict(0, 5);
    const drawn = { uid: randomUUID(), ...completeSpan({ startTime: 0, endTime: 5, label: 'O' }) };
    await server.owner.spans.save({ chartId, diff: { created: [drawn] } });
    await review([{ id, status: 'dismissed', spanUid: drawn.uid }]);
    await review([{ id, status: 'new', spanUid: null }], {
      updated: [{ ...drawn, label: 'bull_flag', rev: 1 }],
    });
    expect(await stored()).toMatchObject([{ status: 'new', spanUid: null }]);
    expect(await server.owner.spans.counts({ chartId })).toEqual([
      { label: 'bull_flag', count: 1 },
    ]);
  });

  test('two people at once: one review holds', async () => {
    const id = await predict(0, 5);
    const made = Array.from({ length: 8 }, () => span());
    const settled = await Promise.allSettled(
      made.map((one) =>
        review([{ id, status: 'confirmed', spanUid: one.uid }], { created: [one] }),
      ),
    );
    expect(settled.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    expect(await server.owner.spans.counts({ chartId })).toEqual([
      { label: 'bull_flag', count: 1 },
    ]);
  });

  test('a stale span refuses the review too', async () => {
    const id = await predict(0, 5);
    const made = span();
    await review([{ id, status: 'confirmed', spanUid: made.uid }], { created: [made] });
    await server.owner.spans.save({
      chartId,
      diff: { updated: [{ ...made, notes: 'edited', rev: 1 }] },
    });
    await expect(
      review([{ id, status: 'new', spanUid: null }], { deleted: [{ uid: made.uid, rev: 1 }] }),
    ).rejects.toMatchObject({
      code: 'CONFLICT',
      cause: { conflicts: [{ uid: made.uid, current: { notes: 'edited', rev: 2 } }] },
    });
    expect(await stored()).toMatchObject([{ status: 'confirmed' }]);
  });

  test('what cannot be meant is refused, and nothing is stored', async () => {
    const id = await predict(0, 5);
    const elsewhere = span();
    await server.owner.spans.save({ chartId: other, diff: { created: [elsewhere] } });
    const made = span();
    const confirm = { id, status: 'confirmed' as const, spanUid: made.uid };
    const cases: [Review['reviews'], string, string][] = [
      [[confirm, confirm], 'BAD_REQUEST', `Prediction ${id} stands twice in one review.`],
      [
        [{ ...confirm, spanUid: null }],
        'BAD_REQUEST',
        `Prediction ${id} is to be confirmed and must name the span that says so.`,
      ],
      [
        [{ ...confirm, status: 'new' }],
        'BAD_REQUEST',
        `Prediction ${id} is to be unreviewed and cannot name a span.`,
      ],
      [
        [{ ...confirm, spanUid: elsewhere.uid }],
        'BAD_REQUEST',
        `Prediction ${id} names a span that is not on this chart.`,
      ],
    ];
    for (const [reviews, code, message] of cases) {
      await expect(review(reviews, { created: [made] })).rejects.toMatchObject({ code, message });
    }
    await expect(review([])).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(await stored()).toMatchObject([{ status: 'new', spanUid: null }]);
    expect(await log()).toEqual([]);
  });

  test('of predictions that are gone, what was said of the bars stays', async () => {
    const [id, gone] = [await predict(0, 5), await predict(10, 15)];
    const foreign = await predict(0, 5, 0.5, other);
    await server.db.delete(predictions).where(eq(predictions.id, gone));
    const answers = [id, gone, foreign].map((each) => ({ id: each, made: span() }));
    const send = () =>
      review(
        answers.map((each) => ({
          ...{ id: each.id, status: 'confirmed' as const, spanUid: each.made.uid },
        })),
        { created: answers.map(({ made }) => made) },
      );
    const result = await send();
    expect(result.predictions).toMatchObject([{ id, status: 'confirmed' }]);
    expect(result.rows).toHaveLength(3);
    expect(await send()).toEqual(result);
    const [row] = await server.db.select().from(predictions).where(eq(predictions.chartId, other));
    expect(row).toMatchObject({ status: 'new' });
  });

  test('a thousand reviews are one write', async () => {
    await server.db.execute(sql`
      insert into predictions (chart_id, training_run_id, start_time, end_time, label, score)
      select ${chartId}, ${runId}, now(), now(), 'bull_flag', 0.5 from generate_series(1, 1000)`);
    const reviews = (await stored()).map(({ id }) => ({ id, made: span() }));
    const result = await review(
      reviews.map(({ id, made }) => ({ id, status: 'confirmed' as const, spanUid: made.uid })),
      { created: reviews.map(({ made }) => made) },
    );
    expect(result.predictions).toHaveLength(1000);
    expect(result.rev).toBe(1);
  });

  test('those who may annotate may review, those who may only look may not', async () => {
    const id = await predict(0, 5);
    const review = {
      chartId,
      reviews: [{ id, status: 'new' as const, spanUid: null }],
      diff: {},
    };
    await expect(server.as('annotator').predictions.review(review)).resolves.toMatchObject({
      rows: [],
    });
    await expect(server.as('viewer').predictions.review(review)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});

describe('requests', () => {
  const requests = () => server.db.select().from(predictionRequests).orderBy(predictionRequests.id);
  const request = (input: object = {}) =>
    server.owner.predictions.request({ runId, chartIds: [chartId], ...input });
  const progress = () => server.owner.predictions.progress({ chartId, runId });
  const set = (values: object, id?: number) =>
    server.db
      .update(predictionRequests)
      .set(values)
      .where(id === undefined ? undefined : eq(predictionRequests.id, id));
  beforeEach(async () => {
    await server.db.execute(sql`
      update training_runs set status = 'succeeded', model = '', params =
        jsonb_build_object('chartIds', jsonb_build_array(${chartId}::int)) where id = ${runId}`);
  });

  test('are stored one a chart, once while they wait, and wake the service', async () => {
    const heard: string[] = [];
    const listener = postgres(server.url, { max: 1 });
    await listener.listen('prediction_requests', (payload) => heard.push(payload));
    expect(await progress()).toEqual({
      ...{ here: null, stored: null, isStale: false, active: null, failures: [] },
    });
    const range = { from: 60, to: 120 };
    expect(await request({ range })).toEqual({ queued: 1 });
    expect(await request({ range })).toEqual({ queued: 0 });
    expect(await request({ chartIds: [chartId, other] })).toEqual({ queued: 2 });
    expect(await requests()).toMatchObject([
      { chartId, trainingRunId: runId, startTime: 60, endTime: 120, status: 'queued' },
      { chartId, startTime: null, endTime: null, createdBy: 'local' },
      { chartId: other, startTime: null, dataRev: null, found: null },
    ]);
    await expect.poll(() => heard).toEqual([String(runId), String(runId), String(runId)]);
    await listener.end();
    expect(await progress()).toMatchObject({
      here: { status: 'queued', range: null },
      active: { charts: 3, done: 0, progress: 0 },
    });
  });

  test('all charts are those with candles that one may annotate', async () => {
    await expect(request({ chartIds: null })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: 'There is no chart with candles that you may annotate.',
    });
    await server.db.update(charts).set({ candleCount: 9 }).where(eq(charts.id, other));
    expect(await request({ chartIds: null })).toEqual({ queued: 1 });
    expect(await requests()).toMatchObject([{ chartId: other }]);
  });

  test('progress counts what was asked for together, and names what failed', async () => {
    await request({ chartIds: [chartId, other] });
    const [first, second] = await requests();
    await set({ status: 'running', progress: 0.5 }, first!.id);
    expect(await progress()).toMatchObject({
      here: { status: 'running' },
      active: { charts: 2, done: 0, progress: 0.25 },
    });
    await set({ status: 'succeeded', found: 7, dataRev: 0 }, first!.id);
    expect(await progress()).toMatchObject({ active: { charts: 2, done: 1, progress: 0.5 } });
    await set({ status: 'failed', error: '“Other” has 3 candles.' }, second!.id);
    expect(await progress()).toEqual({
      here: {
        id: first!.id,
        status: 'succeeded',
        range: null,
        error: null,
        found: 7,
        finishedAt: null,
      },
      stored: first!.id,
      isStale: false,
      active: null,
      failures: [{ chartId: other, chart: 'Other', error: '“Other” has 3 candles.' }],
    });
    await request({ chartIds: [other] });
    expect(await progress()).toMatchObject({ failures: [] });
  });

  test('predictions of candles that have changed are stale until they are made anew', async () => {
    await request();
    await set({ status: 'succeeded', found: 7, dataRev: 0 });
    expect((await progress()).isStale).toBe(false);
    await server.db.update(charts).set({ dataRev: 1 }).where(eq(charts.id, chartId));
    expect((await progress()).isStale).toBe(true);
    await request({ range: { from: 0, to: 60 } });
    const part = (await requests()).at(-1)!.id;
    await set({ status: 'succeeded', found: 1, dataRev: 1 }, part);
    expect((await progress()).isStale, 'the rest is as it was').toBe(true);
    await request();
    const whole = (await requests()).at(-1)!.id;
    await set({ status: 'succeeded', found: 7, dataRev: 1 }, whole);
    expect((await progress()).isStale).toBe(false);
  });

  test('what a run learnt from, and candles that changed since, are told of a chart', async () => {
    const conditions = (on = chartId) =>
      server.owner.predictions.conditions({ chartId: on, runId });
    expect(await conditions()).toEqual({
      split: null,
      learntFrom: null,
      isStale: false,
      asked: [],
    });
    const say = (chart: object) =>
      server.db.execute(sql`update training_runs set params = params || '{"split": "random"}',
        dataset = ${JSON.stringify({ charts: [{ id: chartId, dataRev: 0, ...chart }] })}::jsonb
        where id = ${runId}`);
    await say({ examinedFrom: 5, examinedTo: 90 });
    expect(await conditions()).toMatchObject({
      ...{ split: 'random', learntFrom: [{ from: 5, to: 90 }], isStale: false },
    });
    await say({ trainedOn: [[0, 60]] });
    await request();
    await set({ status: 'succeeded', dataRev: 0 });
    await server.db.update(charts).set({ dataRev: 1 }).where(eq(charts.id, chartId));
    await request({ range: { from: 0, to: 60 } });
    await set({ status: 'succeeded', dataRev: 1 }, (await requests()).at(-1)!.id);
    expect(await conditions()).toEqual({
      ...{ split: 'random', learntFrom: [{ from: 0, to: 60 }], isStale: true },
      asked: [
        { from: 0, to: 60, isStale: false },
        { from: null, to: null, isStale: true },
      ],
    });
    expect(await conditions(other), 'it did not learn from this one').toMatchObject({
      ...{ learntFrom: [], isStale: false, asked: [] },
    });
    await say({ trainedOn: 'all of it' });
    expect(await conditions()).toMatchObject({ learntFrom: null });
  });

  test('can be taken back, which leaves what has ended', async () => {
    await request({ chartIds: [chartId, other] });
    await set({ status: 'succeeded' }, (await requests())[0]!.id);
    const cancel = () => server.owner.predictions.cancel({ runId });
    expect(await cancel()).toEqual({ cancelled: 1 });
    expect(await cancel()).toEqual({ cancelled: 0 });
    expect((await requests()).map(({ status }) => status)).toEqual(['succeeded', 'cancelled']);
    await expect(server.owner.predictions.cancel({ runId: 999_999 })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('what cannot be predicted is refused', async () => {
    await expect(request({ runId: 999_999 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(request({ chartIds: [999_999] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    for (const bad of [
      { chartIds: [chartId, other], range: { from: 0, to: 1 } },
      { chartIds: null, range: { from: 0, to: 1 } },
      { range: { from: 1, to: 0 } },
      { chartIds: [] },
    ]) {
      await expect(request(bad)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    }
    await server.db.execute(sql`update training_runs set params = params || '{"model": "mine"}'`);
    await expect(request()).rejects.toMatchObject({
      code: 'CONFLICT',
      message: `Training run ${runId} is another program’s (mine), which alone can predict with it.`,
    });
    await server.db.execute(sql`update training_runs set status = 'failed'`);
    await expect(request()).rejects.toMatchObject({
      code: 'CONFLICT',
      message: `Training run ${runId} has no model to predict with: it is failed.`,
    });
    expect(await requests()).toEqual([]);
    await expect(
      server.as('viewer').predictions.request({ runId, chartIds: [chartId] }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
