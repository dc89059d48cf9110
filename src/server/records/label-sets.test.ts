import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { completeAnnotation } from '@/contract/annotations';
import { completeSpan } from '@/contract/spans';
import { trainingRuns } from '@/lib/db/schema';
import { type TestServer, testServer } from '../testing';

let server: TestServer | undefined;
const the = () => server as TestServer;
beforeEach(async () => {
  await server?.close();
  server = await testServer();
});
afterAll(() => server?.close());

const span = (label: string) => ({
  uid: randomUUID(),
  ...completeSpan({ startTime: 0, endTime: 5, label }),
});
const chartWith = async (...labels: string[]) => {
  const { id } = await the().owner.charts.create({ name: 'Chart' });
  if (labels.length > 0) {
    await the().owner.spans.save({ chartId: id, diff: { created: labels.map(span) } });
  }
  return id;
};
const spansOf = (chartId: number) => the().owner.spans.list({ chartId, from: -10, to: 10 });
const labels = () => the().owner.spans.types();
const idOf = async (name: string) => (await labels()).find((label) => label.name === name)?.id ?? 0;
const BLUE = '#0000ff';

test('a new label comes last, and is used at once', async () => {
  const made = await the().owner.spans.createType({
    name: ' cup ',
    displayName: 'Cup & handle',
    color: BLUE,
    hotkey: '0',
  });
  expect(made).toEqual({
    id: made.id,
    name: 'cup',
    displayName: 'Cup & handle',
    color: BLUE,
    hotkey: '0',
    isActive: true,
    sortOrder: 8,
    groupName: null,
    mergedInto: null,
  });
  expect((await labels()).at(-1)).toEqual(made);
  expect(await spansOf(await chartWith('cup'))).toHaveLength(1);
  const type = await the().owner.annotations.createType({
    name: 'note',
    displayName: 'Note',
    color: BLUE,
    category: 'marker',
  });
  expect(type).toMatchObject({ category: 'marker', icon: null, sortOrder: 6 });
  expect((await the().owner.annotations.types()).at(-1)).toEqual(type);
});

describe('refused, and nothing changed:', () => {
  const cup = { name: 'cup', displayName: 'Cup', color: BLUE };
  test.each<[string, string, () => Promise<unknown>, string | RegExp]>([
    [
      'a taken name',
      'CONFLICT',
      () => the().owner.spans.createType({ ...cup, name: 'bull_flag' }),
      'There is already a span label of this name; nothing was changed.',
    ],
    [
      'a category that is no kind',
      'BAD_REQUEST',
      () => the().owner.annotations.createType({ ...cup, category: 'arow' }),
      'There is no category “arow”; there are marker, line, level, rectangle.',
    ],
    [
      'a rename to a taken name',
      'CONFLICT',
      async () => the().owner.spans.updateType({ id: await idOf('bull_flag'), name: 'bear_flag' }),
      'There is already a span label of this name; nothing was changed.',
    ],
    [
      'a taken key',
      'CONFLICT',
      () => the().owner.spans.createType({ ...cup, hotkey: '1' }),
      'Another label has this key already; nothing was changed.',
    ],
    [
      'a key that is no digit',
      'BAD_REQUEST',
      () => the().owner.spans.createType({ ...cup, hotkey: 'b' }),
      /a digit/,
    ],
    [
      'the name of negatives',
      'BAD_REQUEST',
      () => the().owner.spans.createType({ ...cup, name: 'O' }),
      '“O” marks places without a pattern and cannot name a label.',
    ],
    [
      'a label that is not there',
      'NOT_FOUND',
      () => the().owner.spans.updateType({ id: 99, color: BLUE }),
      'There is no span label 99.',
    ],
    [
      'an annotation type that is not there',
      'NOT_FOUND',
      () => the().owner.annotations.deleteType({ id: 99 }),
      'There is no annotation type 99.',
    ],
    [
      'an order that lacks some',
      'CONFLICT',
      () => the().owner.spans.reorderTypes({ ids: [1, 2] }),
      /not the span labels that there are/,
    ],
    [
      'an order with one twice',
      'CONFLICT',
      () => the().owner.spans.reorderTypes({ ids: [1, 1, 2, 3, 4, 5, 6] }),
      /not the span labels that there are/,
    ],
  ])('%s', async (_, code, call, message) => {
    const before = await labels();
    await expect(call()).rejects.toMatchObject({ code });
    await expect(call()).rejects.toThrow(message);
    expect(await labels()).toEqual(before);
  });
});

test('a key is free again once its label is archived, and then that one cannot come back with it', async () => {
  const [one, two] = [await idOf('bull_flag'), await idOf('bear_flag')];
  await the().owner.spans.updateType({ id: one, isActive: false });
  await the().owner.spans.updateType({ id: two, hotkey: '1', color: BLUE, displayName: 'Bear' });
  await expect(the().owner.spans.updateType({ id: one, isActive: true })).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  expect((await labels()).slice(0, 2)).toMatchObject([
    { name: 'bull_flag', isActive: false, hotkey: '1' },
    { name: 'bear_flag', hotkey: '1', color: BLUE, displayName: 'Bear' },
  ]);
});

test('a renamed label is renamed in all that has it, one revision a chart', async () => {
  const db = the().db;
  const [a, b, other] = [
    await chartWith('custom', 'custom', 'bull_flag'),
    await chartWith('custom'),
    await chartWith('bull_flag'),
  ];
  const params = { chartIds: [a], labels: ['bull_flag', 'custom'] };
  // The worker of the second may have to give it back; the third is over, and told what it learnt.
  const [run, begun, done] = await db
    .insert(trainingRuns)
    .values([{ params }, { params, status: 'running' }, { params, status: 'failed' }])
    .returning({ id: trainingRuns.id });
  await db.execute(sql`
    insert into predictions (chart_id, training_run_id, start_time, end_time, label, score)
    values (${a}, ${run?.id}, now(), now(), 'custom', 0.5)`);
  const id = await idOf('custom');
  expect(await the().owner.spans.updateType({ id, name: 'wedge', hotkey: null })).toMatchObject({
    name: 'wedge',
    hotkey: null,
    displayName: 'Custom',
  });
  expect((await spansOf(a)).map(({ label, rev }) => [label, rev]).sort()).toEqual([
    ['bull_flag', 1],
    ['wedge', 2],
    ['wedge', 2],
  ]);
  expect(await spansOf(b)).toMatchObject([{ label: 'wedge', rev: 2 }]);
  expect((await the().owner.charts.get({ chartId: other })).rev).toBe(1);
  expect(
    (await the().owner.history.revisions({ chartId: a })).map(({ updated }) => updated),
  ).toEqual([2, 0]);
  const { entries } = await the().owner.history.entries({ chartId: b, limit: 1 });
  expect(entries).toMatchObject([
    { rev: 2, op: 'update', before: { label: 'custom' }, after: { label: 'wedge', rev: 2 } },
  ]);
  const labelsOf = async (runId = 0) => (await the().owner.runs.get({ runId })).params.labels;
  expect(await labelsOf(run?.id)).toEqual(['bull_flag', 'wedge']);
  expect(await labelsOf(begun?.id)).toEqual(['bull_flag', 'wedge']);
  expect(await labelsOf(done?.id)).toEqual(['bull_flag', 'custom']);
  expect(await db.execute(sql`select label from predictions`)).toEqual([{ label: 'wedge' }]);
  // The same name again is no rename.
  await the().owner.spans.updateType({ id, name: 'wedge' });
  expect((await the().owner.charts.get({ chartId: a })).rev).toBe(2);
});

test('annotation types are renamed on annotations', async () => {
  const chartId = await chartWith();
  const marker = { uid: randomUUID(), ...completeAnnotation({ time: 1, labelType: 'break_up' }) };
  await the().owner.annotations.save({ chartId, diff: { created: [marker] } });
  const [type] = await the().owner.annotations.types();
  await the().owner.annotations.updateType({ id: type?.id ?? 0, name: 'up' });
  expect(await the().owner.annotations.counts({ chartId })).toEqual([
    { labelType: 'up', count: 1 },
  ]);
});

test('renames and saves at once do not lock each other out, and no span keeps the old name', async () => {
  const charts = await Promise.all([chartWith('custom'), chartWith('custom'), chartWith('custom')]);
  const id = await idOf('custom');
  const saves = charts.flatMap((chartId) =>
    Array.from({ length: 8 }, () =>
      the()
        .owner.spans.save({ chartId, diff: { created: [span('custom')] } })
        .catch((error) => error),
    ),
  );
  const [renamed, ...saved] = await Promise.all([
    the().owner.spans.updateType({ id, name: 'renamed' }),
    ...saves,
  ]);
  expect(renamed.name).toBe('renamed');
  for (const result of saved) {
    if (result instanceof Error) expect(result.message).toMatch(/no span label “custom”/);
  }
  const left = await Promise.all(charts.map(spansOf));
  expect(left.flat().filter(({ label }) => label !== 'renamed')).toEqual([]);
});

test('labels come in the order that they are put in', async () => {
  const ids = (await labels()).map(({ id }) => id).reverse();
  const ordered = await the().owner.spans.reorderTypes({ ids });
  expect(ordered.map(({ id }) => id)).toEqual(ids);
  expect((await labels()).map(({ id }) => id)).toEqual(ids);
});

test('a label in use is not deleted, and says how often and where it is used', async () => {
  await chartWith('custom', 'custom');
  const last = await chartWith('custom');
  const id = await idOf('custom');
  await expect(the().owner.spans.deleteType({ id })).rejects.toMatchObject({
    code: 'CONFLICT',
    message:
      '“Custom” is in use: 3 spans on 2 charts. Give them another label first, or archive it instead.',
  });
  for (const { id: chartId } of await the().owner.charts.list()) {
    await the().owner.spans.bulkDelete({ chartId, from: 0, to: 10, labels: ['custom'] });
  }
  expect(await the().owner.spans.deleteType({ id })).toEqual({ id });
  expect(await idOf('custom')).toBe(0);
  expect(await spansOf(last)).toEqual([]);
});

test('a group is there from the first label that names it to the last', async () => {
  const groups = async () =>
    (await the().db.execute<{ name: string }>(sql`select name from span_label_groups`)).map(
      ({ name }) => name,
    );
  const cup = { name: 'cup', displayName: 'Cup', color: BLUE, groupName: 'Bottoms' };
  const made = await the().owner.spans.createType(cup);
  expect(made.groupName).toBe('Bottoms');
  const id = await idOf('double_bottom');
  await the().owner.spans.updateType({ id, groupName: 'Bottoms' });
  expect(await groups()).toEqual(['Bottoms']);
  await the().owner.spans.deleteType({ id: made.id });
  await the().owner.spans.updateType({ id, color: BLUE });
  expect(await groups()).toEqual(['Bottoms']);
  await the().owner.spans.updateType({ id, groupName: 'Turns' });
  expect(await groups()).toEqual(['Turns']);
  await the().owner.spans.updateType({ id, groupName: null });
  expect(await groups()).toEqual([]);
  // A label that comes and one that goes at once leave no label without its group.
  await the().owner.spans.updateType({ id, groupName: 'Turns' });
  await Promise.all([
    the().owner.spans.updateType({ id, groupName: null }),
    the().owner.spans.createType({ ...cup, name: 'one', groupName: 'Turns' }),
    the().owner.spans.createType({ ...cup, name: 'two', groupName: 'Turns' }),
  ]);
  expect(await groups()).toEqual(['Turns']);
});

test('only who manages may change labels', async () => {
  for (const role of ['viewer', 'annotator', 'reviewer'] as const) {
    await expect(the().as(role).spans.deleteType({ id: 1 })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  }
});
