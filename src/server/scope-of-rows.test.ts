import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { completeSpan } from '@/contract/spans';
import { bars, LABEL_FILE, MARKER, scopeTests, textOf, window } from './testing-scope';

const { server, as, upload, state, answerTo, labelsOrCandles, seed } = await scopeTests();
const bob = await seed();

test('an attempt whose answer holds something of Bob’s is noticed', async () => {
  for (const format of ['spans-json', 'parquet', 'bio-csv', 'windowed-csv', 'points-csv']) {
    const answer = await answerTo('bob', 'exports.download', { format, chartIds: null });
    expect(textOf(answer)).toContain(MARKER);
  }
  expect(textOf(await answerTo('bob', 'charts.list', undefined))).toContain(MARKER);
});

test('a file that names another’s chart finds none', async () => {
  const file = await labelsOrCandles('exports.importLabels', bob);
  const input = { uploadId: await upload('alice', file), fileName: LABEL_FILE, chartId: null };
  const before = await state(bob);
  await expect(as('alice').exports.importLabels(input)).rejects.toThrow('there is no such chart');
  expect(await state(bob)).toEqual(before);
});

test('labels of another’s chart are copied onto one’s own, and its rows stay as they are', async () => {
  const file = await labelsOrCandles('exports.importLabels', bob);
  const { id: chartId } = await as('alice').charts.create({ name: 'Copy' });
  const input = { uploadId: await upload('alice', file), fileName: LABEL_FILE, chartId };
  const before = await state(bob);
  expect(await as('alice').exports.importLabels(input)).toMatchObject([{ created: 1 }]);
  const [copy] = await as('alice').spans.list({ chartId, ...window });
  expect(copy).toMatchObject({ notes: MARKER, createdBy: 'alice' });
  expect(copy?.uid).not.toBe(bob.spanUid);
  expect(await state(bob)).toEqual(before);
});

test('rows of two charts cannot be written or deleted by their uid', async () => {
  const { id: chartId } = await as('alice').charts.create({ name: 'Other' });
  const before = await state(bob);
  const fields = completeSpan({ ...bars, label: 'bull_flag' });
  const line = { ...fields, uid: bob.spanUid, rev: 1 };
  for (const diff of [{ created: [{ ...fields, uid: bob.spanUid }] }, { updated: [line] }]) {
    await expect(as('alice').spans.save({ chartId, diff })).rejects.toMatchObject({
      code: 'CONFLICT',
      cause: { conflicts: [{ uid: bob.spanUid, current: null }] },
    });
  }
  const diff = { deleted: [{ uid: bob.spanUid, rev: 1 }] };
  await as('alice').spans.save({ chartId, diff });
  expect(await state(bob)).toEqual(before);
});

test('a run that also learned from another’s chart is not shown', async () => {
  const { id: mine } = await as('alice').charts.create({ name: 'Half' });
  const [run] = await server.db.execute<{ id: number }>(sql`
    insert into training_runs (params)
    values (jsonb_build_object('chartIds', jsonb_build_array(${mine}::int, ${bob.chartId}::int)))
    returning id`);
  const runId = run?.id ?? 0;
  expect(await as('alice').runs.list({ chartId: mine })).toEqual([]);
  await expect(as('alice').runs.get({ runId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a run of one’s own predicts no chart of another, and one of another’s none of one’s own', async () => {
  const { id: mine } = await as('alice').charts.create({ name: 'To predict' });
  const [run] = await server.db.execute<{ id: number }>(sql`
    insert into training_runs (params, status, model)
    values (jsonb_build_object('chartIds', jsonb_build_array(${mine}::int)), 'succeeded', '')
    returning id`);
  const runId = run?.id ?? 0;
  const before = await state(bob);
  const request = (input: { runId: number; chartIds: number[] | null }) =>
    as('alice').predictions.request(input);
  await expect(request({ runId, chartIds: [mine, bob.chartId] })).rejects.toMatchObject({
    message: expect.stringContaining(`There is no chart ${bob.chartId}.`),
  });
  await expect(request({ runId: bob.doneRun, chartIds: [mine] })).rejects.toMatchObject({
    message: `There is no training run ${bob.doneRun}.`,
  });
  await server.db.execute(sql`update charts set candle_count = 5 where id = ${mine}`);
  expect(await request({ runId, chartIds: null })).toEqual({ queued: 1 });
  expect(await state(bob)).toEqual(before);
  // A run is seen by who sees its training charts, whatever else it was made to predict.
  await server.db.execute(sql`
    insert into predictions (chart_id, training_run_id, start_time, end_time, label, score)
    values (${bob.chartId}, ${runId}, to_timestamp(0), to_timestamp(60), 'x', 0.5)`);
  expect(await as('alice').runs.get({ runId })).toMatchObject({ id: runId });
});
