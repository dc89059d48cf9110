import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { completeAnnotation } from '@/contract/annotations';
import { ALL_TIME } from '@/contract/common';
import { completeSpan } from '@/contract/spans';
import type { ImportChanges } from '@/contract/uploads';
import { importFile } from '../candles/import/import-file';
import { callerFor } from '../root';
import { serverTests } from '../testing';

const server = await serverTests();
const { owner, db } = server;
const ann = callerFor({ db, actor: { id: 'ann', role: 'owner' } });
let folder: string;
let chartId: number;
/** What the last file did. */
let changes: ImportChanges | null;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'candle-annotator-stale-'));
  await db.execute(sql`insert into users (id, name) values ('ann', 'Ann') on conflict do nothing`);
});
afterAll(() => rm(folder, { recursive: true }));

const START = Date.UTC(2024, 0, 2) / 1000;
const at = (minute: number) => START + minute * 60;
const row = (minute: number, close = 100) =>
  `${at(minute)},${close},${close + 1},${close - 1},${close},5`;

async function load(lines: string[], mode?: 'append' | 'merge') {
  const path = join(folder, `${randomUUID()}.csv`);
  await writeFile(path, `time,open,high,low,close,volume\n${lines.join('\n')}\n`);
  const done = await importFile({ url: server.url, path, chartName: 'minutes', mode });
  if (done.type !== 'done') throw new Error(JSON.stringify(done));
  changes = done.changes;
  return done.chartId;
}
const minutes = (from: number, to: number, close?: number) =>
  Array.from({ length: to - from }, (_, i) => row(from + i, close));

beforeEach(async () => {
  await db.execute(sql`delete from charts`);
  // Without the minutes 30 to 39.
  chartId = await load([...minutes(0, 30), ...minutes(40, 100)]);
  await db.execute(sql`
    insert into chart_members (chart_id, user_id, role) values (${chartId}, 'ann', 'annotator')`);
});

const span = (from: number, to: number) => ({
  uid: randomUUID(),
  ...completeSpan({ startTime: at(from), endTime: at(to), label: 'bull_flag' }),
});
const drawn = (from: number, to: number, labelType: string) => ({
  uid: randomUUID(),
  ...completeAnnotation({
    ...{ time: at(from), labelType },
    geometry: { startTime: at(to), startPrice: 100, endTime: at(from), endPrice: 101 },
  }),
});
const spans = () => owner.spans.list({ chartId, ...ALL_TIME });
/** The first minutes of what is stale. */
const stale = async () => {
  const [own, others] = [await spans(), await owner.annotations.list({ chartId, ...ALL_TIME })];
  return [
    ...own.filter((each) => each.candlesChangedAt !== null).map(({ startTime }) => startTime),
    ...others.filter((each) => each.candlesChangedAt !== null).map(({ time }) => time),
  ].map((time) => (time - START) / 60);
};
const save = (...created: ReturnType<typeof span>[]) =>
  ann.spans.save({ chartId, diff: { created } });
const rev = async () => (await owner.charts.get({ chartId })).rev;

test('a span is stale from the first to the last of its candles, also where one comes in between', async () => {
  await save(span(0, 10), span(11, 20), span(25, 45), span(50, 60), span(61, 70));
  const before = await rev();
  await load([row(10, 101), row(35), row(60, 101), row(75, 101)], 'merge');
  expect(await stale()).toEqual([0, 25, 50]);
  expect(changes).toMatchObject({ added: 1, replaced: 3, stale: 3 });
  expect(await rev(), 'one revision').toBe(before + 1);
  const [first] = await spans();
  const { entries } = await owner.history.entries({ chartId, uid: first?.uid ?? '' });
  expect(entries[0]).toMatchObject({
    ...{ op: 'update', actor: 'local', before: { candlesChangedAt: null }, after: first },
  });
  const [overview] = await owner.charts.overview();
  expect(overview?.stale).toEqual({
    count: 3,
    first: { uid: first?.uid, entity: 'span', startTime: at(0), endTime: at(10) },
  });
  const [view] = await db.execute(sql`select count(*)::int from v_spans where is_stale`);
  expect(view).toEqual({ count: 3 });
});

test('nothing is stale of what was appended, or is as it was', async () => {
  await save(span(80, 99));
  const before = await rev();
  await load(minutes(100, 130), 'append');
  await load(minutes(70, 140), 'merge');
  expect(await stale()).toEqual([]);
  expect(await rev()).toBe(before);
});

test('markers, lines and rectangles are stale as well; a price level never is', async () => {
  const marker = (minute: number) => ({
    uid: randomUUID(),
    ...completeAnnotation({ time: at(minute), labelType: 'break_up' }),
  });
  const types = await owner.annotations.types();
  const level = types.find(({ category }) => category === 'level')?.name ?? '';
  const created = [marker(10), marker(11), drawn(5, 12, 'line'), drawn(10, 10, level)];
  await owner.annotations.save({ chartId, diff: { created } });
  await load([row(10, 101)], 'merge');
  expect(await stale()).toEqual([5, 10]);
});

test('is right again once somebody says so, and an answer to the candles before comes too late', async () => {
  const { rows } = await save(span(0, 10));
  await load([row(5, 101)], 'merge');
  const [seen] = await ann.spans.list({ chartId, ...ALL_TIME });
  if (!seen) throw new Error('the span is gone');
  // Ann had begun a change before the import.
  const edit = { ...span(0, 9), uid: seen.uid, rev: rows[0]?.rev ?? 0 };
  await expect(ann.spans.save({ chartId, diff: { updated: [edit] } })).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  // She answers what she has seen since, while another import changes it again.
  await load([row(6, 101)], 'merge');
  const right = { ...edit, endTime: at(10), rev: seen.rev };
  await expect(ann.spans.save({ chartId, diff: { updated: [right] } })).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  expect(await stale()).toEqual([0]);
  const now = (await spans())[0]?.rev ?? 0;
  await ann.spans.save({ chartId, diff: { updated: [{ ...right, rev: now }] } });
  expect(await stale()).toEqual([]);
});

test('an earlier version that is restored is stale, and so is what was deleted meanwhile', async () => {
  const made = await save(span(0, 10), span(20, 25));
  await load([row(5, 101), row(21, 101)], 'merge');
  const [, second] = await spans();
  if (!second) throw new Error('the span is gone');
  await owner.spans.save({
    ...{ chartId, diff: { deleted: [{ uid: second.uid, rev: second.rev }] } },
  });
  await owner.history.restore({ chartId, rev: made.rev });
  expect(await stale()).toEqual([0, 20]);
});

test('an import that is refused leaves nothing stale', async () => {
  await save(span(0, 10));
  await expect(load([row(5, 101)], 'append')).rejects.toThrow(/Nothing was stored/);
  expect(await stale()).toEqual([]);
});
