import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { pickFields } from '@/contract/fields';
import { completeSpan, SPAN_FIELDS } from '@/contract/spans';
import { serverTests } from '../testing';

const server = await serverTests();
let chartId: number;
beforeEach(async () => {
  ({ id: chartId } = await server.owner.charts.create({ name: 'Chart' }));
});

const span = (startTime: number, fields: object = {}) => ({
  uid: randomUUID() as string,
  ...completeSpan({ startTime, endTime: startTime + 5, label: 'bull_flag' }),
  ...fields,
});
const point = (time: number, fields: object = {}) => ({
  uid: randomUUID() as string,
  time,
  labelType: 'break_up',
  geometry: null,
  notes: null,
  color: null,
  ...fields,
});
const saveSpans = (diff: object) => server.owner.spans.save({ chartId, diff });
const savePoints = (diff: object) => server.owner.annotations.save({ chartId, diff });
const spans = () => server.owner.spans.list({ chartId, from: -1e6, to: 1e6 });
const points = () => server.owner.annotations.list({ chartId, from: -1e6, to: 1e6 });
const bare = (rows: object[]) =>
  rows.map((row) => ({ ...row, id: 0, rev: 0, createdAt: 0, updatedAt: 0 }));

/** Five revisions of two spans and a line; what was there after each of them. */
async function write() {
  const [a, b] = [span(0), span(10, { notes: 'b' })];
  const line = point(0, {
    labelType: 'line',
    geometry: { startTime: 100, startPrice: 1, endTime: 50, endPrice: 2 },
  });
  const states = [{ spans: await spans(), annotations: await points(), examined: [] }];
  const steps = [
    () => saveSpans({ created: [a, b] }),
    () => savePoints({ created: [line] }),
    () =>
      saveSpans({ updated: [{ ...a, startTime: 2, rev: 1 }], deleted: [{ uid: b.uid, rev: 1 }] }),
    () => savePoints({ deleted: [{ uid: line.uid, rev: 2 }] }),
    () => saveSpans({ created: [{ ...b, notes: 'back' }], updated: [{ ...a, rev: 3 }] }),
  ];
  for (const step of steps) {
    await step();
    states.push({ spans: await spans(), annotations: await points(), examined: [] });
  }
  return { a, b, line, states };
}

test('a chart’s revisions come newest first, in pages, with what each did', async () => {
  await write();
  const all = await server.as('viewer').history.revisions({ chartId });
  expect(all.map(({ rev, created, updated, deleted }) => [rev, created, updated, deleted])).toEqual(
    [
      [5, 1, 1, 0],
      [4, 0, 0, 1],
      [3, 0, 1, 1],
      [2, 1, 0, 0],
      [1, 2, 0, 0],
    ],
  );
  expect(all[0]).toMatchObject({ actor: 'local', at: expect.closeTo(Date.now() / 1000, -2) });
  expect(await server.owner.history.revisions({ chartId, before: 4, limit: 2 })).toEqual(
    all.slice(2, 4),
  );
  expect(await server.owner.history.revisions({ chartId, before: 1 })).toEqual([]);
  // A range that grows is no annotation that was deleted and made.
  await server.db.execute(sql`
    insert into candles (chart_id, time, open, high, low, close)
    select ${chartId}, to_timestamp(at), 1, 2, 1, 2 from generate_series(0, 50, 10) at`);
  for (const endTime of [20, 30]) {
    await server.owner.examined.mark({ chartId, startTime: 10, endTime, source: 'done' });
  }
  const [grown] = await server.owner.history.revisions({ chartId, limit: 1 });
  expect(grown).toMatchObject({ created: 0, updated: 0, deleted: 0, examined: 2 });
});

test('one annotation’s history, and a chart’s in pages', async () => {
  const { a, b } = await write();
  const { entries } = await server.owner.history.entries({ chartId, uid: b.uid });
  expect(entries).toMatchObject([
    { rev: 5, entity: 'span', op: 'create', before: null, after: { notes: 'back' } },
    { rev: 3, op: 'delete', before: { notes: 'b' }, after: null },
    { rev: 1, op: 'create', before: null, after: { notes: 'b', startTime: 10 } },
  ]);
  const { entries: all, next } = await server.owner.history.entries({ chartId });
  expect(all).toHaveLength(8);
  expect(next).toBeNull();
  const paged = [];
  let before: { rev: number; uid: string } | undefined;
  do {
    const page = await server.owner.history.entries({ chartId, limit: 3, before });
    paged.push(...page.entries);
    before = page.next ?? undefined;
  } while (before);
  expect(paged).toEqual(all);
  const { id: other } = await server.owner.charts.create({ name: 'Other' });
  expect(await server.owner.history.entries({ chartId: other, uid: a.uid })).toEqual({
    entries: [],
    next: null,
  });
});

describe('as of', () => {
  test('every revision: the rows as they were', async () => {
    const { states } = await write();
    for (const [rev, state] of states.entries()) {
      const then = await server.owner.history.asOf({ chartId, moment: { rev } });
      expect(then).toEqual({ rev, ...state });
    }
    await expect(server.owner.history.asOf({ chartId, moment: { rev: 6 } })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: `Chart ${chartId} is at revision 5; there is no revision 6 yet.`,
    });
  });

  test('a time: the last revision until then', async () => {
    const { states } = await write();
    const at = (time: number) => server.owner.history.asOf({ chartId, moment: { at: time } });
    const revisions = await server.owner.history.revisions({ chartId });
    for (const revision of revisions) {
      expect(await at(revision.at)).toEqual({ rev: revision.rev, ...states[revision.rev] });
    }
    expect(await at(0)).toEqual({ rev: 0, spans: [], annotations: [], examined: [] });
    expect((await at(2e9)).rev).toBe(5);
  });

  test('a window and a limit hold for rows that have changed since, too', async () => {
    await write();
    const read = async (from: number, to: number, limit = 10) => {
      const input = { chartId, moment: { rev: 2 }, from, to, limit };
      const { spans, annotations } = await server.owner.history.asOf(input);
      return [spans.map(({ startTime }) => startTime), annotations.length];
    };
    expect(await read(0, 9)).toEqual([[0], 0]);
    expect(await read(6, 60)).toEqual([[10], 1]);
    expect(await read(0, 100, 1)).toEqual([[0], 1]);
    expect(await read(101, 200)).toEqual([[], 0]);
  });

  test('rows that were there before the history began are read as they are', async () => {
    await server.db.execute(sql`
      insert into span_annotations (uid, chart_id, start_time, end_time, label, rev)
      values (gen_random_uuid(), ${chartId}, to_timestamp(1), to_timestamp(2), 'custom', 0)`);
    const [old] = await spans();
    await saveSpans({ deleted: [{ uid: old?.uid, rev: 0 }] });
    expect((await server.owner.history.asOf({ chartId, moment: { rev: 0 } })).spans).toEqual([old]);
    expect((await server.owner.history.asOf({ chartId, moment: { rev: 1 } })).spans).toEqual([]);
  });
});

describe('restore', () => {
  test('makes the chart what it was after any revision, as one more', async () => {
    const { states } = await write();
    let rev = 5;
    for (const [to, state] of [...states.entries()].reverse()) {
      const done = await server.owner.history.restore({ chartId, rev: to });
      const changed = done.created + done.updated + done.deleted > 0;
      if (changed) rev += 1;
      expect(done.rev).toBe(rev);
      expect(bare(await spans())).toEqual(bare(state.spans));
      expect(bare(await points())).toEqual(bare(state.annotations));
    }
    expect(rev).toBe(10);
    // The newest is restored by way of the oldest, and nothing is lost from the history.
    await server.owner.history.restore({ chartId, rev: 5 });
    expect(bare(await spans())).toEqual(bare(states[5]?.spans ?? []));
    expect((await server.owner.history.asOf({ chartId, moment: { rev: 5 } })).spans).toEqual(
      states[5]?.spans,
    );
  });

  test('of one span leaves the others alone', async () => {
    const { a, b } = await write();
    expect(await server.owner.history.restore({ chartId, rev: 3, uid: b.uid })).toEqual({
      rev: 6,
      created: 0,
      updated: 0,
      deleted: 1,
    });
    expect((await spans()).map(({ uid }) => uid)).toEqual([a.uid]);
    expect((await server.owner.history.restore({ chartId, rev: 3, uid: b.uid })).rev).toBe(6);
    await expect(
      server.owner.history.restore({ chartId, rev: 1, uid: randomUUID() }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(server.owner.history.restore({ chartId, rev: 7 })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: `Chart ${chartId} is at revision 6; there is no revision 7 yet.`,
    });
  });

  test('more rows than a diff may hold come back in one revision', async () => {
    await server.db.execute(sql`
      insert into span_annotations (uid, chart_id, start_time, end_time, label, rev)
      select gen_random_uuid(), ${chartId}, to_timestamp(n), to_timestamp(n), 'custom', 0
      from generate_series(1, 6001) n`);
    const window = { chartId, from: 0, to: 1e6 };
    const first = await server.owner.spans.bulkDelete(window);
    expect(first).toMatchObject({ rev: 1, remaining: 1001 });
    expect(first.deleted).toHaveLength(5000);
    expect(first.deleted[0]).toMatchObject({ startTime: 1, label: 'custom' });
    expect(await server.owner.spans.bulkDelete(window)).toMatchObject({ rev: 2, remaining: 0 });
    expect(await server.owner.spans.bulkDelete(window)).toMatchObject({ rev: 2, deleted: [] });
    expect(await server.owner.history.restore({ chartId, rev: 0 })).toEqual({
      rev: 3,
      created: 6001,
      updated: 0,
      deleted: 0,
    });
    expect(await spans()).toHaveLength(6001);
  });

  test('needs the labels of then', async () => {
    await server.owner.spans.createType({ name: 'gone', displayName: 'Gone', color: '#000000' });
    const a = span(0, { label: 'gone' });
    await saveSpans({ created: [a] });
    await saveSpans({ deleted: [{ uid: a.uid, rev: 1 }] });
    const { id } = (await server.owner.spans.types()).find(({ name }) => name === 'gone') ?? {};
    await server.owner.spans.deleteType({ id: id ?? 0 });
    await expect(server.owner.history.restore({ chartId, rev: 1 })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: 'There is no span label “gone”; nothing was saved.',
    });
    expect(await server.owner.charts.get({ chartId })).toMatchObject({ rev: 2 });
  });

  test('opens predictions again whose spans it takes away, as a bulk delete does', async () => {
    const [prediction] = await server.db.execute<{ id: number }>(sql`
      with run as (insert into training_runs (params)
        values (jsonb_build_object('chartIds', jsonb_build_array(${chartId}::int))) returning id)
      insert into predictions (chart_id, training_run_id, start_time, end_time, label, score)
      select ${chartId}, id, to_timestamp(0), to_timestamp(5), 'custom', 0.5 from run
      returning id::int`);
    const id = prediction?.id ?? 0;
    const status = async () => {
      const [row] = await server.db.execute(
        sql`select status, span_uid from predictions where id = ${id}`,
      );
      return row;
    };
    const confirm = async () => {
      const made = span(0, { source: 'model_confirmed' });
      const reviews = [{ id, status: 'confirmed' as const, spanUid: made.uid }];
      await server.owner.predictions.review({ chartId, reviews, diff: { created: [made] } });
      return reviews;
    };
    await confirm();
    await server.owner.history.restore({ chartId, rev: 0 });
    expect(await status()).toEqual({ status: 'new', span_uid: null });
    const reviews = await confirm();
    const { deleted, reopened } = await server.owner.spans.bulkDelete({ chartId, from: 0, to: 10 });
    expect(await status()).toEqual({ status: 'new', span_uid: null });
    expect(reopened).toEqual(reviews);
    // What it answers is what an undo sends.
    const created = deleted.map((row) => ({ uid: row.uid, ...pickFields(SPAN_FIELDS, row) }));
    await server.owner.predictions.review({ chartId, reviews: reopened, diff: { created } });
    expect(await status()).toEqual({ status: 'confirmed', span_uid: reviews[0]?.spanUid });
  });
});

test('a uid is that of one row, be it a span or an annotation', async () => {
  const a = span(0);
  await saveSpans({ created: [a] });
  await expect(savePoints({ created: [point(1), point(2, { uid: a.uid })] })).rejects.toMatchObject(
    {
      code: 'CONFLICT',
    },
  );
  expect(await points()).toEqual([]);
});

test('a bulk delete takes what passes every part of its filter, and nothing else', async () => {
  const rows = [
    span(0, { confidence: 1, outcome: 'win' }),
    span(1, { confidence: null, outcome: 'win' }),
    span(2, { confidence: 5, outcome: 'win', label: 'custom' }),
    span(3, { confidence: 1, outcome: null }),
    span(4, { confidence: 1, outcome: 'win', source: 'talib' }),
    span(900, { confidence: 1, outcome: 'win' }),
  ];
  await saveSpans({ created: rows });
  const filter = {
    chartId,
    from: 0,
    to: 100,
    labels: ['bull_flag', 'wedge_up'],
    sources: ['human'],
    confidences: [1, null],
    outcomes: ['win' as const],
  };
  const wanted = [0, 1];
  const times = (list: { startTime: number }[]) => list.map(({ startTime }) => startTime);
  expect(times(await server.owner.spans.list(filter))).toEqual(wanted);
  expect(await server.owner.spans.counts(filter)).toEqual([{ label: 'bull_flag', count: 2 }]);
  const { deleted, remaining, rev } = await server.owner.spans.bulkDelete(filter);
  expect([times(deleted), remaining, rev]).toEqual([wanted, 0, 2]);
  expect(times(await spans())).toEqual([2, 3, 4, 900]);
  expect((await server.owner.history.revisions({ chartId }))[0]).toMatchObject({ deleted: 2 });
  await saveSpans({
    created: deleted.map((row) => ({ uid: row.uid, ...pickFields(SPAN_FIELDS, row) })),
  });
  expect(times(await spans())).toEqual([0, 1, 2, 3, 4, 900]);

  await savePoints({ created: [point(1), point(2, { labelType: 'break_down' }), point(500)] });
  const marked = { chartId, from: 0, to: 100, labelTypes: ['break_up'] };
  expect(await server.owner.annotations.counts(marked)).toEqual([
    { labelType: 'break_up', count: 1 },
  ]);
  expect(await server.owner.annotations.bulkDelete(marked)).toMatchObject({
    deleted: [{ time: 1 }],
    remaining: 0,
  });
  expect((await points()).map(({ time }) => time)).toEqual([2, 500]);
});
