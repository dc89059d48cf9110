import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { freePart, withoutBars } from '@/contract/overlaps';
import type { LabelGroup } from '@/contract/spans';
import { completeSpan } from '@/contract/spans';
import { applySpans } from '../spans/data';
import { scopeOf, serverTests } from '../testing';

const server = await serverTests();
const { owner, db } = server;
let chartId: number;

beforeEach(async () => {
  chartId = (await owner.charts.create({ name: randomUUID() })).id;
  // A candle a minute, with a gap after the tenth.
  await db.execute(sql`
    insert into candles (chart_id, time, open, high, low, close)
    select ${chartId}, to_timestamp(n * 60 + case when n > 10 then 3600 else 0 end), 1, 2, 0.5, 1
    from generate_series(0, 99) as n`);
});

const idOf = async (name: string) =>
  (await owner.spans.types()).find((label) => label.name === name)?.id ?? 0;
async function rule(overlap: LabelGroup['overlap']) {
  for (const name of ['bull_flag', 'bear_flag']) {
    await owner.spans.updateType({ id: await idOf(name), groupName: 'Flags' });
  }
  expect(await owner.spans.setOverlap({ name: 'Flags', overlap })).toEqual({
    name: 'Flags',
    overlap,
  });
}
/** From minute to minute. */
const span = (from: number, to: number, label = 'bull_flag') => ({
  uid: randomUUID(),
  ...completeSpan({ startTime: from * 60, endTime: to * 60, label }),
});
const add = (...created: ReturnType<typeof span>[]) =>
  owner.spans.save({ chartId, diff: { created } });
const stored = async () =>
  (await owner.spans.list({ chartId, from: 0, to: 1e6 })).map(({ startTime, endTime, label }) => [
    startTime / 60,
    endTime / 60,
    label,
  ]);

describe('forbid', () => {
  beforeEach(() => rule('forbid'));

  test('names the other span, and lets be what is beside it, of another group or of no rule', async () => {
    const { rows } = await add(span(2, 5));
    await expect(add(span(5, 8, 'bear_flag'))).rejects.toMatchObject({
      code: 'CONFLICT',
      message: `“Bear flag” from 1970-01-01 00:05 to 1970-01-01 00:08 shares candles with #${rows[0]?.id}, “Bull flag” from 1970-01-01 00:02 to 1970-01-01 00:05: spans of the group “Flags” may not overlap. Nothing was saved.`,
    });
    await add(span(6, 8, 'bear_flag'), span(0, 99, 'custom'), span(3, 4, 'O'));
    await expect(add(span(20, 25), span(25, 30))).rejects.toThrow(/may not overlap/);
    expect(await stored()).toHaveLength(4);
  });

  test('names each of a save that is in the way of what is there, and else the first of those in their own', async () => {
    await add(span(2, 5), span(20, 22));
    const [good, ...bad] = [span(30, 35), span(4, 8), span(8, 9), span(21, 25)];
    const namesOf = (of: ReturnType<typeof span>[]) =>
      of.map(({ uid }) => ({ uid, reason: expect.stringMatching(/may not overlap\.$/) }));
    const [first, touching, last] = bad as [typeof good, typeof good, typeof good];
    const refusal = await add(good, first, touching, last).catch((error) => error.cause.refused);
    expect(refusal).toHaveLength(2);
    expect(refusal).toEqual(expect.arrayContaining(namesOf([first, last])));
    const pair = [span(40, 45), span(44, 48)];
    await expect(add(...pair)).rejects.toMatchObject({
      cause: { refused: namesOf(pair.slice(0, 1)) },
    });
    await add(good, touching);
  });

  test('holds what is changed, and not what stays where it is', async () => {
    await owner.spans.setOverlap({ name: 'Flags', overlap: 'allow' });
    const { rows } = await add(span(2, 5), span(4, 8));
    const [one, other] = rows;
    if (!one || !other) throw new Error('nothing was saved');
    await owner.spans.setOverlap({ name: 'Flags', overlap: 'forbid' });
    const { id, chartId: of, createdAt, createdBy, updatedAt, updatedBy, ...fields } = one;
    const update = (change: object) =>
      owner.spans.save({ chartId, diff: { updated: [{ ...fields, ...change }] } });
    const { rev } = await update({ notes: 'as it was' });
    await expect(update({ endTime: 6 * 60, rev })).rejects.toThrow(/may not overlap/);
    await update({ endTime: 3 * 60, rev });
  });

  test('holds undo of a delete, and restoring, by the same words', async () => {
    const kept = span(2, 5);
    const { rows, rev } = await add(kept);
    await owner.spans.save({ chartId, diff: { deleted: [{ uid: kept.uid, rev }] } });
    await add(span(4, 8));
    await expect(add(kept)).rejects.toThrow(/shares candles with #\d+, “Bull flag”/);
    await expect(owner.history.restore({ chartId, rev, uid: rows[0]?.uid })).rejects.toThrow(
      /shares candles with #\d+/,
    );
    // As a whole the other one goes, so that there is nothing to share candles with.
    await owner.history.restore({ chartId, rev });
    expect(await stored()).toEqual([[2, 5, 'bull_flag']]);
  });

  test('holds a merge of labels, which then changes nothing', async () => {
    await add(span(2, 5), span(4, 8, 'custom'));
    const pair = { from: await idOf('custom'), into: await idOf('bull_flag') };
    await expect(owner.spans.mergeTypes(pair)).rejects.toThrow(/may not overlap/);
    expect(await stored()).toEqual([
      [2, 5, 'bull_flag'],
      [4, 8, 'custom'],
    ]);
  });

  test('of ten saves at once that overlap, one is stored', async () => {
    const saved = await Promise.allSettled(
      Array.from({ length: 10 }, (_, at) => add(span(at, 20))),
    );
    expect(saved.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await stored()).toHaveLength(1);
  });

  test('is about the spans of one author', async () => {
    await db.execute(
      sql`insert into users (id, name) values ('mara', 'Mara') on conflict do nothing`,
    );
    await db.execute(sql`
      insert into chart_members (chart_id, user_id, role) values (${chartId}, 'mara', 'annotator')`);
    await add(span(2, 5));
    const mara = { ...scopeOf(chartId), actor: { id: 'mara', role: 'annotator' as const } };
    const diff = { created: [span(3, 6)], updated: [], deleted: [] };
    await applySpans(db, { ...mara, permission: 'annotate' }, diff);
    expect(await stored()).toHaveLength(2);
  });
});

describe('trim', () => {
  beforeEach(() => rule('trim'));

  test('cuts a new span to its longest free part, candle by candle, and answers it', async () => {
    await add(span(4, 5), span(8, 9, 'bear_flag'));
    const { rows } = await add(span(0, 9));
    expect(rows).toMatchObject([{ startTime: 0, endTime: 3 * 60 }]);
    // Beside a gap the free part ends at a candle.
    const late = span(10, 10);
    const { rows: last } = await add({ ...late, startTime: 9 * 60, endTime: 11 * 60 + 3_600 });
    expect(last).toMatchObject([{ startTime: 10 * 60, endTime: 11 * 60 + 3_600 }]);
  });

  test('cuts the parts of a span with it, and drops what is not in it any more', async () => {
    await add(span(6, 9));
    const part = (name: string, from: number, to: number) => ({
      ...{ name, startTime: from * 60, endTime: to * 60 },
    });
    const flag = {
      ...span(1, 9),
      subSpans: [part('pole', 1, 3), part('flag', 4, 8), part('end', 8, 9)],
    };
    const first = await add(flag);
    expect(first.rows).toMatchObject([
      { endTime: 5 * 60, subSpans: [part('pole', 1, 3), part('flag', 4, 5)] },
    ]);
    expect(await add(flag)).toEqual(first);
  });

  test('answers a save that is sent again the same', async () => {
    await add(span(4, 8));
    const sent = span(6, 10);
    const first = await add(sent);
    expect(first.rows).toMatchObject([{ startTime: 9 * 60, endTime: 10 * 60 }]);
    expect(await add(sent)).toEqual(first);
  });

  test('cuts those of one save one after the other, and refuses what has nothing free', async () => {
    const { rows } = await add(span(1, 4), span(3, 7), span(6, 9));
    expect(rows.map(({ startTime, endTime }) => [startTime / 60, endTime / 60])).toEqual([
      [1, 4],
      [5, 7],
      [8, 9],
    ]);
    await expect(add(span(2, 3))).rejects.toThrow(/shares candles with #\d+, “Bull flag”/);
  });

  test('of saves at once no two share a candle', async () => {
    await Promise.allSettled(Array.from({ length: 8 }, (_, at) => add(span(at, at + 4))));
    const ranges = (await stored()).sort((a, b) => Number(a[0]) - Number(b[0]));
    expect(ranges.length).toBeGreaterThan(1);
    for (const [at, [from]] of ranges.entries()) {
      if (at > 0) expect(Number(from)).toBeGreaterThan(Number(ranges[at - 1]?.[1]));
    }
  });
});

test('a group that no label is in has no rule', async () => {
  await expect(owner.spans.setOverlap({ name: 'Nothing', overlap: 'trim' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: 'No label is in a group “Nothing”.',
  });
  expect(await owner.spans.groups()).toEqual([{ name: 'Flags', overlap: 'trim' }]);
});

test('a group gets another name, with its labels and its rule', async () => {
  await rule('forbid');
  const renamed = await owner.spans.renameGroup({ name: 'Flags', newName: 'Continuations' });
  expect(renamed).toEqual({ name: 'Continuations', overlap: 'forbid' });
  expect(await owner.spans.groups()).toEqual([renamed]);
  const named = (await owner.spans.types()).filter(({ groupName }) => groupName !== null);
  expect(named.map(({ groupName }) => groupName)).toEqual(['Continuations', 'Continuations']);
  await add(span(2, 5));
  await expect(add(span(5, 8))).rejects.toThrow(
    'spans of the group “Continuations” may not overlap',
  );
  await owner.spans.updateType({ id: await idOf('custom'), groupName: 'Others' });
  const taken = owner.spans.renameGroup({ name: 'Others', newName: 'Continuations' });
  await expect(taken).rejects.toMatchObject({ code: 'CONFLICT' });
  const gone = owner.spans.renameGroup({ name: 'Flags', newName: 'X' });
  await expect(gone).rejects.toMatchObject({ code: 'NOT_FOUND' });
  // As the tests of this file find it.
  await owner.spans.updateType({ id: await idOf('custom'), groupName: null });
  await owner.spans.renameGroup({ name: 'Continuations', newName: 'Flags' });
});

test('what is left of a range', () => {
  const near = new Map([3, 5, 7, 9].map((time) => [time, { before: time - 1, after: time + 1 }]));
  const bars = (startTime: number, endTime: number) => ({ startTime, endTime });
  expect(withoutBars(bars(0, 10), [bars(3, 5), bars(7, 9)], near)).toEqual([
    bars(0, 2),
    bars(6, 6),
    bars(10, 10),
  ]);
  expect(withoutBars(bars(3, 5), [bars(3, 5)], near)).toEqual([]);
  expect(freePart(bars(0, 8), [bars(3, 5), bars(7, 9)], near)).toEqual(bars(0, 2));
  expect(freePart(bars(3, 5), [bars(3, 5)], near)).toBeNull();
  expect(withoutBars(bars(0, 4), [bars(3, 9)], near)).toEqual([bars(0, 2)]);
});
