import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { pickFields } from '@/contract/fields';
import { completeSpan, SPAN_FIELDS } from '@/contract/spans';
import { spanLabelTypes } from '@/lib/db/schema';
import { serverTests } from '../testing';

const server = await serverTests();
let chartId: number;
beforeAll(async () => {
  ({ id: chartId } = await server.owner.charts.create({ name: 'Chart' }));
  await save([0, 10, 20].map((at) => span(at, at + 5)));
  await save([span(8, 12, 'O'), span(2, 30, 'bear_flag')]);
  const { id: other } = await server.owner.charts.create({ name: 'Other' });
  await server.owner.spans.save({ chartId: other, diff: { created: [span(0, 100)] } });
});

const span = (startTime: number, endTime: number, label = 'bull_flag') => ({
  uid: randomUUID(),
  ...completeSpan({ startTime, endTime, label }),
});
const save = (created: ReturnType<typeof span>[]) =>
  server.owner.spans.save({ chartId, diff: { created } });
const between = async (from: number, to: number, limit?: number) => {
  const spans = await server.owner.spans.list({ chartId, from, to, ...(limit && { limit }) });
  return spans.map(({ startTime, endTime }) => [startTime, endTime]);
};

test('a window holds what touches it, its ends included, by start', async () => {
  expect(await between(-100, 1000)).toEqual([
    [0, 5],
    [2, 30],
    [8, 12],
    [10, 15],
    [20, 25],
  ]);
  expect(await between(5, 8)).toEqual([
    [0, 5],
    [2, 30],
    [8, 12],
  ]);
  expect(await between(26, 29.5)).toEqual([[2, 30]]);
  expect(await between(30, 30)).toEqual([[2, 30]]);
  expect(await between(30.000_001, 1e9)).toEqual([]);
  expect(await between(-10, -0.5)).toEqual([]);
  expect(await between(0, 100, 2)).toEqual([
    [0, 5],
    [2, 30],
  ]);
});

test('a window the wrong way round or without end is refused', async () => {
  for (const window of [
    { from: 2, to: 1 },
    { from: Number.NEGATIVE_INFINITY, to: 1 },
    { from: 0, to: 1e300 },
    { from: 0, to: 1, limit: 20_001 },
    { from: 0, to: 1, limit: 0 },
  ]) {
    await expect(server.owner.spans.list({ chartId, ...window })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
  }
  await expect(server.owner.spans.list({ chartId, from: 2, to: 1 })).rejects.toThrow(
    'from must not be after to',
  );
});

test('a chart without spans has none, and one that is not there is named', async () => {
  const { id } = await server.owner.charts.create({ name: 'Without' });
  const window = { from: -100, to: 1000 };
  expect(await server.owner.spans.list({ chartId: id, ...window })).toEqual([]);
  expect(await server.owner.annotations.list({ chartId: id, ...window })).toEqual([]);
  const unknown = {
    code: 'NOT_FOUND',
    message: expect.stringContaining('There is no chart 999999.'),
  };
  const list = { chartId: 999_999, ...window };
  await expect(server.owner.spans.list(list)).rejects.toMatchObject(unknown);
  await expect(server.owner.annotations.list(list)).rejects.toMatchObject(unknown);
});

test('labels are counted, negatives too', async () => {
  expect(await server.owner.spans.counts({ chartId })).toEqual([
    { label: 'O', count: 1 },
    { label: 'bear_flag', count: 1 },
    { label: 'bull_flag', count: 3 },
  ]);
  const { id: empty } = await server.owner.charts.create({ name: 'Empty' });
  expect(await server.owner.spans.counts({ chartId: empty })).toEqual([]);
});

test('label types come in their order', async () => {
  const types = await server.as('viewer').spans.types();
  expect(types.map((type) => type.name)).toEqual([
    'bull_flag',
    'bear_flag',
    'head_and_shoulders',
    'double_bottom',
    'wedge_up',
    'wedge_down',
    'custom',
  ]);
  expect(types[2]).toEqual({
    id: types[2]?.id,
    name: 'head_and_shoulders',
    displayName: 'Head & shoulders',
    color: '#c678dd',
    hotkey: '3',
    isActive: true,
    sortOrder: 3,
    groupName: null,
    mergedInto: null,
  });
});

test('a label that does not exist is refused with all that came along', async () => {
  const before = await between(-100, 1000);
  const unknown = [span(52, 53, 'Bull_Flag'), span(54, 55, 'Bear_Flag')];
  await expect(save([span(50, 51), ...unknown])).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    message: 'There is no span label “Bull_Flag”; nothing was saved.',
    cause: {
      refused: unknown.map(({ uid, label }) => ({
        uid,
        reason: `There is no span label “${label}”`,
      })),
    },
  });
  expect(await between(-100, 1000)).toEqual(before);
});

test('a span keeps a label that has no type any more, and cannot change to one', async () => {
  await server.db
    .insert(spanLabelTypes)
    .values({ name: 'old', displayName: 'Old', color: '#000000' });
  const { rows } = await save([span(200, 210, 'old')]);
  await server.db.delete(spanLabelTypes);
  const [row] = rows;
  if (!row) throw new Error('nothing was saved');
  const fields = { uid: row.uid, rev: row.rev, ...pickFields(SPAN_FIELDS, row) };
  const change = (patch: object) =>
    server.owner.spans.save({ chartId, diff: { updated: [{ ...fields, ...patch }] } });
  await expect(change({ label: 'bull_flag' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  expect(await change({ notes: 'kept' })).toMatchObject({
    rows: [{ label: 'old', notes: 'kept' }],
  });
});
