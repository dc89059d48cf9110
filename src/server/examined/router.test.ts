import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ExaminedRange } from '@/contract/examined';
import { completeSpan } from '@/contract/spans';
import { callerFor } from '../root';
import { serverTests, type TestServer } from '../testing';

const HOUR = 3600;
const BARS = 100;
/** Hours, with a weekend behind every fortieth. */
const timeOf = (bar: number) => bar * HOUR + Math.floor(bar / 40) * 48 * HOUR;

const server = await serverTests();
let chartId: number;
let mara: TestServer['owner'];
beforeAll(async () => {
  await server.db.execute(sql`insert into users (id, name) values ('mara', 'Mara')`);
  mara = callerFor({ db: server.db, actor: { id: 'mara', role: 'annotator' } });
});
beforeEach(async () => {
  ({ id: chartId } = await server.owner.charts.create({ name: 'Chart' }));
  await server.db.execute(
    sql`insert into chart_members (chart_id, user_id, role) values (${chartId}, 'mara', 'annotator')`,
  );
  const rows = Array.from({ length: BARS }, (_, bar) => timeOf(bar));
  await server.db.execute(sql`
    insert into candles (chart_id, time, open, high, low, close)
    select ${chartId}, to_timestamp(at::double precision), 1, 1, 1, 1
    from jsonb_array_elements_text(${JSON.stringify(rows)}::jsonb) as at`);
  await server.db.execute(sql`
    update charts set candle_count = ${BARS}, timeframe = ${HOUR} where id = ${chartId}`);
});

const owner = () => server.owner.examined;
const bars = (from: number, to: number) => ({
  chartId,
  startTime: timeOf(from),
  endTime: timeOf(to),
});
/** Ranges as the numbers of their bars, to read. */
const read = (ranges: ExaminedRange[]) =>
  ranges.map(({ startTime, endTime, source }) => {
    const [from, to] = [startTime, endTime].map((time) =>
      Array.from({ length: BARS }, (_, bar) => timeOf(bar)).indexOf(time),
    );
    return `${source} ${from}–${to}`;
  });
const all = async () => read(await owner().list({ chartId }));
const revOf = async () => (await server.owner.charts.get({ chartId })).rev;

test('what a person marks ends at candles, and is merged with what they marked before', async () => {
  const made = await owner().mark({
    chartId,
    startTime: timeOf(10) - 60,
    endTime: timeOf(20) + 60,
  });
  expect(made).toMatchObject({ rev: 1, deleted: [], created: [{ createdBy: 'local', rev: 1 }] });
  expect(read(made.created)).toEqual(['done 10–20']);
  await owner().mark(bars(21, 39));
  const across = await owner().mark(bars(40, 45));
  expect(read(across.deleted)).toEqual(['done 10–39']);
  expect(await all()).toEqual(['done 10–45']);
  expect(await owner().mark(bars(12, 13))).toEqual({ rev: 3, created: [], deleted: [] });
  await expect(
    owner().mark({ chartId, startTime: 10, endTime: 20, labelSet: null }),
  ).rejects.toMatchObject({ code: 'BAD_REQUEST', message: 'There is no candle in this window.' });
});

test('a cut leaves both sides; a window says which ranges are told', async () => {
  await owner().mark(bars(10, 30));
  await owner().unmark(bars(20, 22));
  expect(await all()).toEqual(['done 10–19', 'done 23–30']);
  const told = await owner().list({ chartId, from: timeOf(23), to: timeOf(24) });
  expect(read(told)).toEqual(['done 23–30']);
  await owner().unmark(bars(0, 99));
  expect(await all()).toEqual([]);
  expect(await owner().unmark(bars(0, 99))).toMatchObject({ created: [], deleted: [] });
});

test('people and label sets have ranges of their own', async () => {
  await owner().mark(bars(10, 20));
  await mara.examined.mark(bars(15, 25));
  await owner().mark({ ...bars(12, 30), labelSet: ['wedge_up', 'bull_flag'] });
  await owner().mark({ ...bars(31, 32), labelSet: ['bull_flag', 'wedge_up'] });
  expect(await all()).toEqual(['done 10–20', 'done 12–32', 'done 15–25']);
  expect(await owner().count({ chartId })).toEqual({ examined: 23, candles: BARS });
  await mara.examined.unmark(bars(0, 99));
  expect(await all()).toEqual(['done 10–20', 'done 12–32']);
  await owner().unmark({ ...bars(0, 99), labelSet: null });
  expect(await owner().list({ chartId })).toMatchObject([{ labelSet: ['bull_flag', 'wedge_up'] }]);
  await owner().unmark(bars(13, 99));
  expect(await all()).toEqual(['done 12–12']);
});

test('a label that is not there cannot have been looked for', async () => {
  await expect(
    owner().mark({ ...bars(10, 20), labelSet: ['bull_flag', 'bul_flag'] }),
  ).rejects.toThrow('There is no span label “bul_flag”; nothing was saved.');
  expect(await all()).toEqual([]);
});

test('a renamed label is renamed in the sets that were looked for', async () => {
  const type = await server.owner.spans.createType({
    name: 'box',
    displayName: 'Box',
    color: '#000000',
  });
  const { created } = await owner().mark({ ...bars(10, 20), labelSet: ['box', 'custom'] });
  await owner().mark(bars(30, 40));
  await server.owner.spans.updateType({ id: type.id, name: 'crate' });
  const ranges = await owner().list({ chartId });
  expect(ranges).toMatchObject([
    { labelSet: ['crate', 'custom'], rev: 3 },
    { labelSet: null, rev: 2 },
  ]);
  const { entries } = await server.owner.history.entries({ chartId, limit: 2 });
  expect(entries.map(({ uid, op }) => [uid, op]).sort()).toEqual(
    [
      [created[0]?.uid, 'delete'],
      [ranges[0]?.uid, 'create'],
    ].sort(),
  );
  // What is examined for the same set later is merged with it.
  await owner().mark({ ...bars(15, 25), labelSet: ['custom', 'crate'] });
  expect(await all()).toEqual(['done 10–25', 'done 30–40']);
});

test('a change can be taken back, and that again', async () => {
  await owner().mark({ ...bars(10, 20), source: 'viewed' });
  await owner().mark({ ...bars(40, 50), labelSet: ['custom'] });
  const marked = await owner().mark(bars(15, 30));
  expect(await all()).toEqual(['viewed 10–14', 'done 15–30', 'done 40–50']);
  const undone = await owner().revert({ chartId, rev: marked.rev });
  expect(await all()).toEqual(['viewed 10–20', 'done 40–50']);
  await owner().revert({ chartId, rev: undone.rev });
  expect(await all()).toEqual(['viewed 10–14', 'done 15–30', 'done 40–50']);
  const cut = await owner().unmark(bars(0, 99));
  await owner().revert({ chartId, rev: cut.rev });
  expect(await all()).toEqual(['viewed 10–14', 'done 15–30', 'done 40–50']);
  await expect(mara.examined.revert({ chartId, rev: cut.rev })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

describe('the history', () => {
  test('holds every change, and says what had been examined at any moment', async () => {
    await owner().mark(bars(10, 20));
    await mara.examined.mark(bars(15, 25));
    await owner().unmark(bars(12, 14));
    const { entries } = await server.owner.history.entries({ chartId });
    expect(entries.map(({ rev, op, entity, actor }) => [rev, op, entity, actor])).toEqual(
      expect.arrayContaining([
        [1, 'create', 'examined_range', 'local'],
        [2, 'create', 'examined_range', 'mara'],
        [3, 'delete', 'examined_range', 'local'],
      ]),
    );
    const then = async (rev: number) =>
      read((await server.owner.history.asOf({ chartId, moment: { rev } })).examined);
    expect(await then(0)).toEqual([]);
    expect(await then(1)).toEqual(['done 10–20']);
    expect(await then(2)).toEqual(['done 10–20', 'done 15–25']);
    expect((await then(3)).sort()).toEqual(await all());
  });

  test('restores a chart with the ranges as they were, whoever has made them', async () => {
    await owner().mark(bars(10, 20));
    await mara.examined.mark(bars(15, 25));
    const before = await owner().list({ chartId });
    await owner().unmark(bars(12, 14));
    await mara.examined.mark(bars(26, 30));
    const done = await server.owner.history.restore({ chartId, rev: 2 });
    expect(done).toEqual({ rev: 5, created: 2, updated: 0, deleted: 3 });
    const bare = (ranges: ExaminedRange[]) =>
      ranges.map(({ id, rev, createdAt, ...range }) => range);
    expect(bare(await owner().list({ chartId }))).toEqual(bare(before));
    await server.owner.history.restore({ chartId, rev: 4 });
    expect(await all()).toEqual(['done 10–11', 'done 15–20', 'done 15–30']);
  });

  test('one range that comes back is merged with those that are there', async () => {
    const { created } = await owner().mark(bars(10, 20));
    await owner().unmark(bars(0, 99));
    await owner().mark(bars(18, 25));
    await server.owner.history.restore({ chartId, rev: 1, uid: created[0]?.uid ?? '' });
    expect(await all()).toEqual(['done 10–25']);
    await server.owner.history.restore({ chartId, rev: 0, uid: created[0]?.uid ?? '' });
    expect(await all()).toEqual(['done 21–25']);
  });
});

describe('a review', () => {
  const span = (from: number, to: number) => ({
    uid: randomUUID() as string,
    ...completeSpan({
      startTime: timeOf(from),
      endTime: timeOf(to),
      label: 'bull_flag',
      source: 'model_confirmed',
    }),
  });
  async function predict(from: number, to: number): Promise<number> {
    const [made] = await server.db.execute<{ id: number }>(sql`
      with run as (insert into training_runs (params)
        values (jsonb_build_object('chartIds', jsonb_build_array(${chartId}::int))) returning id)
      insert into predictions (chart_id, training_run_id, start_time, end_time, label, score)
      select ${chartId}, id, to_timestamp(${timeOf(from)}), to_timestamp(${timeOf(to)}),
        'bull_flag', 0.5
      from run returning id::int`);
    return made?.id ?? 0;
  }
  async function confirm(id: number, from: number, to: number, by = server.owner) {
    const made = span(from, to);
    const reviews = [{ id, status: 'confirmed' as const, spanUid: made.uid }];
    const result = await by.predictions.review({ chartId, reviews, diff: { created: [made] } });
    return { ...made, rev: result.rows[0]?.rev ?? 0 };
  }
  const reopen = (id: number, { uid, rev }: { uid: string; rev: number }) =>
    server.owner.predictions.review({
      chartId,
      reviews: [{ id, status: 'new', spanUid: null }],
      diff: { deleted: [{ uid, rev }] },
    });

  test('examines the prediction and as many bars on either side, in the same revision', async () => {
    await confirm(await predict(36, 40), 36, 40);
    expect(await all()).toEqual(['review 31–45']);
    expect(await revOf()).toBe(1);
    await confirm(await predict(1, 3), 1, 3);
    expect(await all()).toEqual(['review 0–6', 'review 31–45']);
  });

  test('that is taken back takes it along, and nothing that was examined otherwise', async () => {
    await owner().mark(bars(44, 60));
    const [first, second] = [await predict(20, 24), await predict(30, 34)];
    const a = await confirm(first, 20, 24);
    const b = await confirm(second, 30, 34, mara);
    const third = await predict(28, 30);
    const c = await confirm(third, 28, 30);
    await confirm(await predict(40, 43), 40, 43);
    expect(await all()).toEqual(['review 15–33', 'review 25–39', 'review 36–43', 'done 44–60']);
    await reopen(first, a);
    expect(await all()).toEqual(['review 25–33', 'review 25–39', 'review 36–43', 'done 44–60']);
    await reopen(third, c);
    await reopen(second, b);
    expect(await all()).toEqual(['review 36–43', 'done 44–60']);
  });

  test('goes with its span, by a bulk delete or by a restore', async () => {
    const first = await predict(20, 24);
    const made = await confirm(first, 20, 24);
    await server.owner.spans.bulkDelete({ chartId, from: 0, to: timeOf(99) });
    expect(await all()).toEqual([]);
    expect(await revOf()).toBe(2);
    await confirm(first, 20, 24);
    await server.owner.history.restore({ chartId, rev: 0 });
    expect(await all()).toEqual([]);
    const again = await confirm(first, 20, 24);
    await server.owner.history.restore({ chartId, rev: 0, uid: again.uid });
    expect(await all()).toEqual([]);
    expect(made.uid).not.toBe(again.uid);
  });

  test('sent again changes nothing', async () => {
    const id = await predict(20, 24);
    const made = span(20, 24);
    const review = {
      chartId,
      reviews: [{ id, status: 'confirmed' as const, spanUid: made.uid }],
      diff: { created: [made] },
    };
    await server.owner.predictions.review(review);
    await server.owner.predictions.review(review);
    expect(await revOf()).toBe(1);
    expect(await all()).toEqual(['review 15–29']);
  });
});
