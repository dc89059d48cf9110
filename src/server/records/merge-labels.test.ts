import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { completeSpan } from '@/contract/spans';
import { trainingRuns } from '@/lib/db/schema';
import { type TestServer, testServer } from '../testing';
import { mergedLabelSet } from './label-rules';

let server: TestServer | undefined;
const the = () => server as TestServer;
beforeEach(async () => {
  await server?.close();
  server = await testServer();
});
afterAll(() => server?.close());

const span = (label: string, source = 'human') => ({
  uid: randomUUID(),
  ...completeSpan({ startTime: 0, endTime: 5, label, source }),
});
async function chartWith(...spans: ReturnType<typeof span>[]) {
  const { id } = await the().owner.charts.create({ name: randomUUID() });
  if (spans.length > 0) await the().owner.spans.save({ chartId: id, diff: { created: spans } });
  return id;
}
const spansOf = (chartId: number) => the().owner.spans.list({ chartId, from: -10, to: 10 });
const labelsOf = async (chartId: number) =>
  (await spansOf(chartId)).map(({ label }) => label).sort();
const typeOf = async (name: string) => {
  const found = (await the().owner.spans.types()).find((label) => label.name === name);
  if (!found) throw new Error(`no label ${name}`);
  return found;
};
const pair = async (from: string, into: string) => ({
  from: (await typeOf(from)).id,
  into: (await typeOf(into)).id,
});

test('the preview counts spans, charts and sources, and changes nothing', async () => {
  const a = await chartWith(span('custom'), span('custom', 'talib'), span('bull_flag'));
  await chartWith(span('custom'));
  const asked = await the().owner.spans.previewMerge(await pair('custom', 'bull_flag'));
  expect(asked).toEqual({
    spans: 3,
    charts: 2,
    predictions: 0,
    sources: [
      { source: 'human', spans: 2, charts: 2 },
      { source: 'talib', spans: 1, charts: 1 },
    ],
  });
  expect(await labelsOf(a)).toEqual(['bull_flag', 'custom', 'custom']);
  const none = await the().owner.spans.previewMerge(await pair('bear_flag', 'custom'));
  expect(none).toEqual({ spans: 0, charts: 0, predictions: 0, sources: [] });
});

test('a merge is one revision of each chart, and undoing it gives back what is still as it left it', async () => {
  const { db } = the();
  const [kept, changed, deleted] = [span('custom'), span('custom'), span('custom')];
  const a = await chartWith(kept, changed, deleted, span('bull_flag'));
  const [b, other] = [await chartWith(span('custom')), await chartWith(span('bull_flag'))];
  const params = { chartIds: [a], labels: ['bull_flag', 'custom'] };
  const [queued, done] = await db
    .insert(trainingRuns)
    .values([{ params }, { params, status: 'succeeded' }])
    .returning({ id: trainingRuns.id });
  await db.execute(sql`
    insert into predictions (chart_id, training_run_id, start_time, end_time, label, score)
    values (${a}, ${done?.id}, now(), now(), 'custom', 0.5)`);

  const asked = await pair('custom', 'bull_flag');
  const merged = await the().owner.spans.mergeTypes(asked);
  expect(merged).toMatchObject({ spans: 4, charts: 2 });
  expect(merged.type).toMatchObject({ name: 'custom', isActive: false, mergedInto: asked.into });
  expect(await labelsOf(a)).toEqual(['bull_flag', 'bull_flag', 'bull_flag', 'bull_flag']);
  const revOf = async (chartId: number) => (await the().owner.charts.get({ chartId })).rev;
  expect([await revOf(a), await revOf(b), await revOf(other)]).toEqual([2, 2, 1]);
  const { entries } = await the().owner.history.entries({ chartId: b, limit: 1 });
  expect(entries).toMatchObject([
    { rev: 2, op: 'update', before: { label: 'custom' }, after: { label: 'bull_flag', rev: 2 } },
  ]);
  const runLabels = async (runId = 0) => (await the().owner.runs.get({ runId })).params.labels;
  expect(await runLabels(queued?.id)).toEqual(['bull_flag']);
  expect(await runLabels(done?.id)).toEqual(['bull_flag', 'custom']);
  expect(await db.execute(sql`select label from predictions`)).toEqual([{ label: 'custom' }]);

  const proposed = async () =>
    (
      await the().owner.predictions.list({ chartId: a, runId: done?.id ?? 0, from: 0, to: 4e9 })
    ).map(({ label }) => label);
  expect(await proposed()).toEqual(['bull_flag']);

  const now = new Map((await spansOf(a)).map((each) => [each.uid, each]));
  await the().owner.spans.save({
    chartId: a,
    diff: {
      updated: [{ ...changed, label: 'bear_flag', rev: now.get(changed.uid)?.rev ?? 0 }],
      deleted: [{ uid: deleted.uid, rev: now.get(deleted.uid)?.rev ?? 0 }],
    },
  });
  const undone = await the().owner.spans.unmergeType({ id: asked.from });
  expect(undone).toMatchObject({ spans: 2, charts: 2, left: 2 });
  expect(undone.type).toMatchObject({
    isActive: true,
    mergedInto: null,
    hotkey: merged.type.hotkey,
  });
  expect(await labelsOf(a)).toEqual(['bear_flag', 'bull_flag', 'custom']);
  expect(await labelsOf(b)).toEqual(['custom']);
  expect(await proposed()).toEqual(['custom']);
  expect([await revOf(a), await revOf(b), await revOf(other)]).toEqual([4, 3, 1]);
  await expect(the().owner.spans.unmergeType({ id: asked.from })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    message: '“Custom” is not merged into another label.',
  });
});

test('the first of two merges in a row can be undone, from the label that both ended at', async () => {
  const chart = await chartWith(span('custom'), span('bull_flag'));
  const first = await pair('custom', 'bull_flag');
  await the().owner.spans.mergeTypes(first);
  await the().owner.spans.mergeTypes(await pair('bull_flag', 'bear_flag'));
  expect(await labelsOf(chart)).toEqual(['bear_flag', 'bear_flag']);
  await the().owner.spans.unmergeType({ id: first.from });
  expect(await labelsOf(chart)).toEqual(['bear_flag', 'custom']);
  await the().owner.spans.unmergeType({ id: first.into });
  expect(await labelsOf(chart)).toEqual(['bull_flag', 'custom']);
});

test('bars examined for one of the labels alone say nothing of both', async () => {
  const names = { from: 'a', to: 'b' };
  expect(mergedLabelSet(['a', 'b', 'c'], names)).toEqual(['b', 'c']);
  expect(mergedLabelSet(['a', 'c'], names)).toEqual(['c']);
  expect(mergedLabelSet(['b'], names)).toBeNull();

  const chart = await chartWith();
  await the().db.execute(sql`
    insert into examined_ranges (uid, chart_id, start_time, end_time, label_set, source, rev, created_by)
    values (gen_random_uuid(), ${chart}, to_timestamp(0), to_timestamp(5), '{bull_flag,custom}', 'done', 0, 'local'),
      (gen_random_uuid(), ${chart}, to_timestamp(7), to_timestamp(9), '{custom}', 'done', 0, 'local'),
      (gen_random_uuid(), ${chart}, to_timestamp(20), to_timestamp(25), null, 'done', 0, 'local')`);
  const sets = async () =>
    (await the().owner.examined.list({ chartId: chart })).map(({ labelSet }) => labelSet);
  const asked = await pair('custom', 'bull_flag');
  await the().owner.spans.mergeTypes(asked);
  expect(await sets()).toEqual([['bull_flag'], null]);
  await the().owner.spans.unmergeType({ id: asked.from });
  expect(await sets()).toEqual([['bull_flag', 'custom'], ['custom'], null]);
});

test('what one person has examined does not overlap after a merge', async () => {
  const chart = await chartWith();
  await the().db.execute(sql`
    insert into candles (chart_id, time, open, high, low, close)
    select ${chart}, to_timestamp(n), 1, 2, 0.5, 1 from generate_series(0, 40) as n`);
  await the().db.execute(sql`
    insert into users (id, name) values ('ann', 'Ann') on conflict do nothing`);
  const range = (from: number, to: number, labels: string, source: string, by = 'local') => sql`
    (gen_random_uuid(), ${chart}, to_timestamp(${from}), to_timestamp(${to}), ${labels}::text[], ${source}, 0, ${by})`;
  await the().db.execute(sql`
    insert into examined_ranges (uid, chart_id, start_time, end_time, label_set, source, rev, created_by)
    values ${range(0, 10, '{bear_flag,custom}', 'viewed')}, ${range(5, 20, '{bear_flag}', 'done')},
      ${range(18, 25, '{bear_flag,custom}', 'done')}, ${range(8, 30, '{bear_flag}', 'done', 'ann')}`);
  const ranges = async () =>
    (await the().owner.examined.list({ chartId: chart })).map(
      ({ startTime, endTime, labelSet, source, createdBy }) => [
        ...[startTime, endTime, labelSet?.join(), source, createdBy],
      ],
    );
  const before = await ranges();
  const asked = await pair('custom', 'bull_flag');
  await the().owner.spans.mergeTypes(asked);
  expect(await ranges()).toEqual([
    [0, 4, 'bear_flag', 'viewed', 'local'],
    [5, 25, 'bear_flag', 'done', 'local'],
    [8, 30, 'bear_flag', 'done', 'ann'],
  ]);
  await the().owner.spans.unmergeType({ id: asked.from });
  expect(await ranges()).toEqual(before);
});

test('a label is merged once, into another one that is not merged, by who manages', async () => {
  const asked = await pair('custom', 'bull_flag');
  await the().owner.spans.mergeTypes(asked);
  const { from, into } = asked;
  const other = (await typeOf('bear_flag')).id;
  for (const [wrong, message] of [
    [{ from: into, into }, '“Bull flag” cannot be merged into itself.'],
    [{ from, into: other }, '“Custom” was merged into another label already.'],
    [{ from: other, into: from }, '“Custom” was merged into another label already.'],
  ] as const) {
    await expect(the().owner.spans.mergeTypes(wrong)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message,
    });
  }
  await expect(the().owner.spans.mergeTypes({ from: 9_999, into })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  // Only undoing the merge brings it back, and what others were merged into has to stay.
  await expect(the().owner.spans.updateType({ id: from, isActive: true })).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('Undo the merge'),
  });
  await expect(the().owner.spans.deleteType({ id: into })).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('merged into “Bull flag”'),
  });
  await expect(the().as('annotator').spans.mergeTypes({ from: other, into })).rejects.toMatchObject(
    {
      code: 'FORBIDDEN',
    },
  );
});

test('a merge and saves at once: no span keeps the label that goes unless it came after', async () => {
  const chart = await chartWith(span('custom'));
  const asked = await pair('custom', 'bull_flag');
  const saves = Array.from({ length: 8 }, () =>
    the().owner.spans.save({ chartId: chart, diff: { created: [span('custom')] } }),
  );
  const [{ spans }, ...saved] = await Promise.all([the().owner.spans.mergeTypes(asked), ...saves]);
  const [{ rev = 0 } = {}] = await the().db.execute<{ rev: number }>(sql`
    select (merged_revs ->> ${String(chart)})::int as rev from span_label_types where id = ${asked.from}`);
  const before = saved.filter((each) => each.rev < rev).length;
  expect(spans).toBe(before + 1);
  expect((await labelsOf(chart)).filter((name) => name === 'bull_flag')).toHaveLength(spans);
});
