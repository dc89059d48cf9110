import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import postgres from 'postgres';
import { beforeEach, describe, expect, test } from 'vitest';
import { charts, revisions } from '@/lib/db/schema';
import { serverTests } from '../testing';

const server = await serverTests();
let chartId: number;
beforeEach(async () => {
  ({ id: chartId } = await server.owner.charts.create({ name: 'Chart' }));
});

const HOUR = 3600;
const START = 1_700_000_000;
const EMPTY = { created: [], updated: [], deleted: [] };
type Row = { uid: string; rev: number };

/** The two things that diffs write, each with a field that can be changed. */
const ENTITIES = {
  spans: {
    fields: (at: number, color: string) => ({
      startTime: START + at * HOUR,
      endTime: START + at * HOUR + HOUR,
      label: 'bull_flag',
      confidence: 4,
      outcome: 'win' as const,
      notes: 'a “note”',
      subSpans: [{ name: 'pole', part: { from: 1.5, to: [null, true] } }],
      color,
      source: 'human',
      modelPrediction: { label: 'bull_flag', confidence: 0.1 },
    }),
    router: () => server.owner.spans,
  },
  annotations: {
    fields: (at: number, color: string) => ({
      time: START + at * HOUR,
      notes: null,
      labelType: 'line',
      geometry: {
        startTime: START + at * HOUR + 0.25,
        startPrice: 0.1,
        endTime: START + at * HOUR - HOUR,
        endPrice: 1e-9,
      },
      color,
    }),
    router: () => server.owner.annotations,
  },
};

describe.each(['spans', 'annotations'] as const)('%s.save', (kind) => {
  const { fields } = ENTITIES[kind];
  const apply = (diff: object, to = chartId) =>
    // One test body for two routers: their diffs differ in the fields alone.
    (
      ENTITIES[kind].router() as {
        save: (input: unknown) => Promise<{ rev: number; rows: Row[]; deleted: string[] }>;
      }
    ).save({ chartId: to, diff });
  const list = () =>
    (ENTITIES[kind].router() as { list: (input: unknown) => Promise<Row[]> }).list({
      chartId,
      from: 0,
      to: 4e9,
    });
  const line = (at = 0, color = '#112233') => ({ uid: randomUUID(), ...fields(at, color) });
  const log = () =>
    server.db.select().from(revisions).where(eq(revisions.chartId, chartId)).orderBy(revisions.rev);
  const revOf = async () =>
    (await server.db.select({ rev: charts.rev }).from(charts).where(eq(charts.id, chartId)))[0]
      ?.rev;

  const waitingForChart = async () => {
    const [found] = await server.db.execute<{ count: number }>(sql`
      select count(*)::int from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`);
    return found?.count;
  };

  test('creates, updates and deletes, each under the next rev and in the log', async () => {
    const [a, b] = [line(1), line(2)];
    const made = await apply({ created: [a, b] });
    expect(made).toMatchObject({
      rev: 1,
      rows: [
        { ...a, rev: 1 },
        { ...b, rev: 1 },
      ],
      deleted: [],
    });
    const changed = { ...a, color: '#445566', rev: 1 };
    const result = await apply({ updated: [changed], deleted: [{ uid: b.uid, rev: 1 }] });
    expect(result).toMatchObject({ rev: 2, rows: [{ ...changed, rev: 2 }], deleted: [b.uid] });
    expect(await list()).toEqual(result.rows);
    const entity = kind === 'spans' ? 'span' : 'annotation';
    const entries = await log();
    expect(entries).toHaveLength(4);
    expect(entries.map((entry) => [entry.rev, entry.uid, entry.op])).toEqual(
      expect.arrayContaining([
        [1, a.uid, 'create'],
        [1, b.uid, 'create'],
        [2, a.uid, 'update'],
        [2, b.uid, 'delete'],
      ]),
    );
    expect(entries.every((entry) => entry.entity === entity && entry.actor === 'local')).toBe(true);
    const update = entries.find((entry) => entry.op === 'update');
    expect(update).toMatchObject({ before: made.rows[0], after: result.rows[0] });
    const removal = entries.find((entry) => entry.op === 'delete');
    expect(removal).toMatchObject({ before: made.rows[1], after: null });
  });

  test('the same diff sent again gives the same answer and leaves no trace', async () => {
    const [a, b, c] = [line(1), line(2), line(3)];
    await apply({ created: [b, c] });
    const diff = {
      created: [a],
      updated: [{ ...b, color: '#778899', rev: 1 }],
      deleted: [{ uid: c.uid, rev: 1 }],
    };
    const first = await apply(diff);
    expect(await apply(diff)).toEqual(first);
    expect(await revOf()).toBe(2);
    expect(await log()).toHaveLength(5);
  });

  test('the same diff sent twice at once is done once, and answered alike', async () => {
    const diff = { created: [line(1), line(2)] };
    let answers: Promise<unknown>[] = [];
    await server.db.transaction(async (tx) => {
      await tx.execute(sql`select from charts where id = ${chartId} for update`);
      answers = [apply(diff), apply(diff)];
      await expect.poll(waitingForChart).toBe(2);
    });
    const [first, second] = await Promise.all(answers);
    expect(first).toMatchObject({ rev: 1, rows: diff.created });
    expect(second).toEqual(first);
    expect(await log()).toHaveLength(2);
  });

  test('a retry counts as the same when only its form differs', async () => {
    const a = line();
    const first = await apply({ created: [a] });
    const upper = { ...a, uid: a.uid.toUpperCase() };
    if ('startTime' in upper) upper.startTime += 1e-7;
    else upper.time += 1e-7;
    expect(await apply({ created: [upper] })).toEqual(first);
  });

  test('an empty diff draws no rev', async () => {
    await apply({ created: [line()] });
    expect(await apply({})).toEqual({ rev: 1, rows: [], deleted: [] });
    expect(await revOf()).toBe(1);
  });

  test('stale rows refuse the whole write and come back as they are', async () => {
    const [a, b, c, gone] = [line(1), line(2), line(3), line(4)];
    await apply({ created: [a, b, c, gone] });
    const { rows } = await apply({
      updated: [
        { ...a, color: '#aaaaaa', rev: 1 },
        { ...b, color: '#bbbbbb', rev: 1 },
      ],
      deleted: [{ uid: gone.uid, rev: 1 }],
    });
    const before = [await list(), await log()];
    const attempt = apply({
      created: [line(9), { ...c, color: '#cccccc' }],
      updated: [
        { ...a, color: '#010101', rev: 1 },
        { ...gone, color: '#020202', rev: 1 },
      ],
      deleted: [{ uid: b.uid, rev: 1 }],
    });
    await expect(attempt).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('4'),
      cause: {
        conflicts: expect.arrayContaining([
          { uid: c.uid, current: expect.objectContaining({ color: '#112233', rev: 1 }), rev: 2 },
          { uid: a.uid, current: rows[0], rev: 2 },
          { uid: b.uid, current: rows[1], rev: 2 },
          { uid: gone.uid, current: null, rev: 2 },
        ]),
      },
    });
    expect([await list(), await log()]).toEqual(before);
    expect(await revOf()).toBe(2);
  });

  test('a deleted uid can be created again: an undo brings the same one back', async () => {
    const a = line();
    await apply({ created: [a] });
    await apply({ deleted: [{ uid: a.uid, rev: 1 }] });
    expect((await apply({ created: [a] })).rows).toMatchObject([{ ...a, rev: 3 }]);
  });

  test('another chart’s row cannot be touched, and its place is not told', async () => {
    const a = line();
    await apply({ created: [a] });
    const { id: other } = await server.owner.charts.create({ name: 'Other' });
    const unseen = { code: 'CONFLICT', cause: { conflicts: [{ uid: a.uid, current: null }] } };
    await expect(apply({ created: [a] }, other)).rejects.toMatchObject(unseen);
    await expect(apply({ created: [{ ...a, color: '#999999' }] }, other)).rejects.toMatchObject(
      unseen,
    );
    await expect(
      apply({ updated: [{ ...a, color: '#999999', rev: 1 }] }, other),
    ).rejects.toMatchObject(unseen);
    expect(await apply({ deleted: [{ uid: a.uid, rev: 1 }] }, other)).toMatchObject({ rev: 0 });
    expect(await list()).toMatchObject([a]);
  });

  test('a uid that stands twice is refused', async () => {
    const a = line();
    for (const diff of [
      { created: [a, { ...a, uid: a.uid.toUpperCase() }] },
      { created: [a], deleted: [{ uid: a.uid, rev: 1 }] },
    ]) {
      await expect(apply(diff)).rejects.toMatchObject({
        code: 'BAD_REQUEST',
        message: expect.stringContaining(a.uid),
      });
    }
    expect(await list()).toEqual([]);
  });

  test('input that no row may hold is refused and stores nothing', async () => {
    const good = line();
    const bad: object[] = [
      { color: 'red' },
      { color: undefined },
      { uid: 'nonsense' },
      { extra: 1 },
      { id: 7 },
      kind === 'spans' ? { label: 'a\0b' } : { labelType: '' },
      kind === 'spans' ? { subSpans: [{ name: 'a\0b' }] } : { geometry: { startTime: 1 } },
      kind === 'spans' ? { modelPrediction: { '\ud800': 1 } } : { time: Number.NaN },
      kind === 'spans' ? { startTime: good.uid } : { time: 1e15 },
      kind === 'spans' ? { startTime: 2e9, endTime: 1e9 } : { labelType: 'break_up' },
    ];
    for (const change of bad) {
      const diff = { created: [line(5), { ...good, ...change }] };
      await expect(apply(diff), JSON.stringify(change)).rejects.toMatchObject({
        code: 'BAD_REQUEST',
      });
    }
    expect(await list()).toEqual([]);
    expect(await revOf()).toBe(0);
  });

  test('5,000 rows are one write; 5,001 are refused', async () => {
    const many = Array.from({ length: 5_000 }, (_, i) => line(i));
    const { rows } = await apply({ created: many });
    expect(rows.map((row) => row.uid)).toEqual(many.map((row) => row.uid));
    await apply({ updated: many.map((row) => ({ ...row, color: '#abcdef', rev: 1 })) });
    await apply({ deleted: many.map(({ uid }) => ({ uid, rev: 2 })) });
    expect(await list()).toEqual([]);
    expect(await revOf()).toBe(3);
    await expect(apply({ created: [...many, line()] })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
  });

  test('16 writers at once draw dense revs, and of 16 edits of one row one wins', async () => {
    const a = line();
    await apply({ created: [a] });
    const creations = Array.from({ length: 16 }, (_, i) => apply({ created: [line(i)] }));
    const revs = (await Promise.all(creations)).map((result) => result.rev);
    expect(revs.sort((x, y) => x - y)).toEqual(Array.from({ length: 16 }, (_, i) => i + 2));
    const edits = Array.from({ length: 16 }, (_, i) =>
      apply({ updated: [{ ...a, color: `#0000${10 + i}`, rev: 1 }] }),
    );
    const settled = await Promise.allSettled(edits);
    expect(settled.filter((edit) => edit.status === 'fulfilled')).toHaveLength(1);
    expect(await revOf()).toBe(18);
  });

  test('listeners are woken by a change, and by nothing else', async () => {
    const heard: string[] = [];
    const listener = postgres(server.url, { max: 1 });
    await listener.listen('chart', (payload) => heard.push(payload));
    const a = line();
    await apply({ created: [a] });
    await apply({ created: [a] });
    await apply({ updated: [{ ...line(), rev: 1 }] }).catch(() => {});
    await listener.notify('chart', 'end');
    await expect.poll(() => heard.at(-1)).toBe('end');
    await listener.end();
    expect(heard).toEqual([String(chartId), 'end']);
  });

  test('who may not: signed out, a viewer; and an unknown chart', async () => {
    const input = { chartId, diff: { ...EMPTY, created: [line()] } } as never;
    await expect(server.signedOut[kind].save(input)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    });
    await expect(server.as('viewer')[kind].save(input)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(apply({ created: [line()] }, 999_999)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('There is no chart 999999.'),
    });
    expect(
      await server.db.execute(sql`select from revisions where chart_id = ${chartId}`),
    ).toHaveLength(0);
  });
});
