import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { completeSpan } from '@/contract/spans';
import { testServer } from '@/server/testing';
import { readAll } from './read-all';

let server: Awaited<ReturnType<typeof testServer>>;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.close());

async function read(limit: number, spans: [start: number, end: number][]) {
  const { id: chartId } = await server.owner.charts.create({ name: randomUUID() });
  const created = spans.map(([startTime, endTime]) => ({
    uid: randomUUID(),
    ...completeSpan({ startTime, endTime, label: 'bull_flag' }),
  }));
  await server.owner.spans.save({ chartId, diff: { created } });
  const rows = await readAll(
    (window) => server.owner.spans.list({ chartId, ...window }),
    ({ startTime }) => startTime,
    limit,
  );
  return rows.map(({ startTime }) => startTime);
}

test('reads on where an answer was cut off, each row once, also those that reach far', async () => {
  const spans: [number, number][] = [[0, 1_000], ...[1, 2, 2, 3, 4, 5, 6, 7].map(short)];
  for (const limit of [4, 5, 9, 20]) {
    expect(await read(limit, spans)).toEqual([0, 1, 2, 2, 3, 4, 5, 6, 7]);
  }
});

test('says so where more lie at one time than an answer holds, and does not go round', async () => {
  const reading = read(3, [5, 5, 5, 5].map(short));
  await expect(reading).rejects.toThrow('more than 3 of them lie at one time');
});

const short = (time: number): [number, number] => [time, time];
