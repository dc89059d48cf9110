import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { completeAnnotation } from '@/contract/annotations';
import { serverTests } from '../testing';

const server = await serverTests();
let chartId: number;
beforeAll(async () => {
  ({ id: chartId } = await server.owner.charts.create({ name: 'Chart' }));
});

const marker = (time: number) => ({
  uid: randomUUID(),
  ...completeAnnotation({ time, labelType: 'break_up' }),
});
const drawn = (startTime: number, endTime: number, labelType = 'line') => ({
  ...marker(startTime),
  labelType,
  geometry: { startTime, startPrice: 1, endTime, endPrice: 2 },
});
const save = (created: (ReturnType<typeof marker> | ReturnType<typeof drawn>)[], to = chartId) =>
  server.owner.annotations.save({ chartId: to, diff: { created } });

test('a window holds its markers and the drawings that touch it, drawn either way', async () => {
  await save([marker(5), marker(10), drawn(0, 7), drawn(30, 8), drawn(20, 25, 'rectangle')]);
  const { id: other } = await server.owner.charts.create({ name: 'Other' });
  await save([marker(6)], other);
  const between = async (from: number, to: number, limit = 100) => {
    const rows = await server.owner.annotations.list({ chartId, from, to, limit });
    return rows.map((row) => row.time);
  };
  expect(await between(0, 100)).toEqual([0, 5, 10, 20, 30]);
  expect(await between(5, 7)).toEqual([0, 5]);
  expect(await between(10, 19)).toEqual([10, 30]);
  expect(await between(26, 29)).toEqual([30]);
  expect(await between(31, 4e9)).toEqual([]);
  expect(await between(-5, -1)).toEqual([]);
  expect(await between(0, 100, 2)).toEqual([0, 5]);
});

test('a window the wrong way round is refused', async () => {
  await expect(server.owner.annotations.list({ chartId, from: 2, to: 1 })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  });
});

test('types come in their order with their category', async () => {
  const types = await server.as('viewer').annotations.types();
  expect(types.map(({ name, category }) => [name, category])).toEqual([
    ['break_up', 'marker'],
    ['break_down', 'marker'],
    ['line', 'line'],
    ['rectangle', 'rectangle'],
    ['level', 'level'],
  ]);
});

test.each([
  [
    { ...marker(1), labelType: 'nonsense' },
    'There is no annotation type “nonsense”; nothing was saved.',
  ],
  [
    { ...drawn(1, 2), labelType: 'break_up' },
    '“break_up” is a marker and has no geometry; nothing was saved.',
  ],
  [
    { ...marker(1), labelType: 'line' },
    '“line” is a line and needs a geometry; nothing was saved.',
  ],
  [
    { ...marker(1), labelType: 'rectangle' },
    '“rectangle” is a rectangle and needs a geometry; nothing was saved.',
  ],
])('what is not of its type is refused: %#', async (annotation, message) => {
  const good = marker(1_000_000);
  await expect(save([good, annotation])).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    message,
    cause: {
      refused: [{ uid: annotation.uid, reason: message.replace('; nothing was saved.', '') }],
    },
  });
  expect(await server.owner.annotations.list({ chartId, from: 999_999, to: 1e9 })).toEqual([]);
});

test('a marker cannot become a line without corners', async () => {
  const { rows } = await save([marker(2_000_000)]);
  const updated = rows.map(({ uid, rev, time }) => ({
    uid,
    rev,
    ...completeAnnotation({ time, labelType: 'line' }),
  }));
  await expect(server.owner.annotations.save({ chartId, diff: { updated } })).rejects.toMatchObject(
    { code: 'BAD_REQUEST' },
  );
});
