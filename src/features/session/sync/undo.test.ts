import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { spanLabelGroups, spanLabelTypes } from '@/lib/db/schema';
import { current, settled, span, syncTests, type Window } from './testing-sync';

const { server, wire, open, stored, hear } = await syncTests();

const undo = ({ editor }: Window) => editor.undo()?.kept.map(({ keys }) => keys);

/** A span that `mine` has given another label, which `other` knows. */
async function relabelled() {
  const [mine, other] = [await open(), await open()];
  const { uid } = span();
  mine.editor.add(span({ uid }));
  await settled(mine);
  mine.editor.update(current(mine, uid), { label: 'bear_flag' });
  await settled(mine);
  await hear(other);
  return { mine, other, uid };
}

it('leaves what another window has changed since, and saves nothing over it', async () => {
  const { mine, other, uid } = await relabelled();
  other.editor.update(current(other, uid), { label: 'custom' });
  await settled(other);
  await hear(mine);
  const before = wire.sent;
  expect(undo(mine)).toEqual([['label']]);
  // Nor does the step before it delete the span.
  expect(undo(mine)).toEqual([null]);
  await settled(mine);
  expect(wire.sent).toBe(before);
  expect(await stored()).toMatchObject([{ uid, label: 'custom' }]);
});

it('asks where it has not heard of that change yet', async () => {
  const { mine, other, uid } = await relabelled();
  other.editor.update(current(other, uid), { label: 'custom' });
  await settled(other);
  expect(undo(mine)).toEqual([]);
  await expect
    .poll(() => mine.sync.state().conflicts)
    .toMatchObject([{ uid, mine: { label: 'bull_flag' }, theirs: { label: 'custom' } }]);
  expect(await stored()).toMatchObject([{ uid, label: 'custom' }]);
});

it('leaves it as well after a time without the server, once everything has been read anew', async () => {
  const { mine, other, uid } = await relabelled();
  mine.sync.markStale();
  other.editor.update(current(other, uid), { label: 'custom', notes: 'theirs' });
  await settled(other);
  await mine.sync.read();
  expect(undo(mine)).toEqual([['label']]);
});

it('is not kept by an answer that was lost', async () => {
  const { mine, uid } = await relabelled();
  wire.loseReply = true;
  mine.editor.update(current(mine, uid), { notes: 'mine' });
  await settled(mine);
  await hear(mine);
  expect([undo(mine), undo(mine), undo(mine)]).toEqual([[], [], []]);
  await settled(mine);
  expect(await stored()).toEqual([]);
});

it('takes back what a group’s rule has cut as a part of the change that it cut', async () => {
  const group = randomUUID();
  const label = `cut-${group}`;
  await server.db.insert(spanLabelGroups).values({ name: group, overlap: 'trim' });
  await server.db
    .insert(spanLabelTypes)
    .values({ name: label, displayName: label, color: '#5b9dff', groupName: group });
  await server.db.execute(sql`
    insert into candles (chart_id, time, open, high, low, close)
    select ${wire.chartId}, to_timestamp(n * 100), 1, 2, 0.5, 1 from generate_series(0, 99) as n`);
  const mine = await open();
  const [there, { uid }] = [span({ label, startTime: 1_500 }), span()];
  mine.editor.add(there);
  await settled(mine);
  mine.editor.add(span({ uid }));
  await settled(mine);
  mine.editor.update(current(mine, uid), { label });
  await settled(mine);
  const { endTime } = current(mine, uid);
  expect(endTime).toBe(1_400);
  await hear(mine);

  expect(undo(mine)).toEqual([]);
  expect(current(mine, uid)).toMatchObject({ label: 'bull_flag', endTime: 2_000 });
  await settled(mine);
  mine.editor.redo();
  await settled(mine);
  expect(await stored()).toContainEqual(expect.objectContaining({ uid, label, endTime }));
  expect([undo(mine), undo(mine)]).toEqual([[], []]);
  await settled(mine);
  expect(await stored()).toMatchObject([{ uid: there.uid }]);
});
