import { expect, it } from 'vitest';
import { ALL_TIME } from '@/contract/common';
import { createEditor } from '@/editor/editor';
import type { SpanRecord } from '@/editor/kinds/span';
import { recordsAsOf } from '../record-source';
import { baseOf } from '../wire';
import { createSync } from './sync';
import { current, settled, span, syncTests } from './testing-sync';
import type { Base } from './types';

const { server, wire, open, stored, hear } = await syncTests();

it('saves creates, updates and deletes, and learns the id without an undo step', async () => {
  const window = await open();
  const { uid } = span();
  window.editor.add(span({ uid }));
  await settled(window);
  expect(current(window, uid).id).toBeGreaterThan(0);
  window.editor.update(current(window, uid), { label: 'custom', confidence: 4 });
  await settled(window);
  expect(await stored()).toMatchObject([{ uid, label: 'custom', confidence: 4 }]);
  window.editor.undo();
  window.editor.undo();
  await settled(window);
  expect(await stored()).toEqual([]);
  window.editor.redo();
  await settled(window);
  expect(await stored()).toMatchObject([{ uid, label: 'bull_flag' }]);
});

it('sends what changed while a request was under way in one more request', async () => {
  const window = await open();
  window.editor.add(span());
  await new Promise((resolve) => setTimeout(resolve, 1));
  for (let at = 0; at < 50; at++) window.editor.add(span());
  await settled(window);
  expect(await stored()).toHaveLength(51);
  expect(wire.sent).toBeLessThanOrEqual(3);
});

it('keeps changes while the server is away, and saves them when it is back', async () => {
  const window = await open();
  wire.offline = true;
  window.editor.add(span());
  await expect
    .poll(() => window.sync.state().problem)
    .toEqual({ message: 'offline', final: false });
  expect(window.sync.state().waiting).toBe(1);
  expect(window.unsaved()).toHaveLength(1);
  wire.offline = false;
  await settled(window);
  expect(await stored()).toHaveLength(1);
  expect(window.unsaved()).toEqual([]);
});

it('finds what was unsaved after a reload', async () => {
  const before = await open();
  const kept = span();
  before.editor.add(kept);
  await settled(before);
  wire.offline = true;
  before.editor.update(current(before, kept.uid), { notes: 'unsaved' });
  before.editor.add(span({ label: 'custom' }));
  await expect.poll(() => before.sync.state().problem).not.toBeNull();
  before.sync.close();
  wire.offline = false;
  const after = await open(before.unsaved());
  expect(current(after, kept.uid).notes).toBe('unsaved');
  await settled(after);
  expect((await stored()).map(({ label, notes }) => [label, notes]).sort()).toEqual([
    ['bull_flag', 'unsaved'],
    ['custom', null],
  ]);
});

it('stores a change once when the reply was lost', async () => {
  const window = await open();
  wire.loseReply = true;
  const lost = span();
  window.editor.add(lost);
  await settled(window);
  wire.loseReply = true;
  window.editor.update(current(window, lost.uid), { label: 'custom' });
  await settled(window);
  wire.loseReply = true;
  window.editor.add(span());
  window.editor.remove(current(window, lost.uid));
  await settled(window);
  expect(await stored()).toHaveLength(1);
  expect(window.sync.state().conflicts).toEqual([]);
});

it.each(['mine', 'theirs'] as const)(
  'shows both versions of a record that changed meanwhile, and stores the chosen one: %s',
  async (choice) => {
    const mine = await open();
    const { uid } = span();
    mine.editor.add(span({ uid }));
    await settled(mine);
    const other = await open();
    other.editor.update(current(other, uid), { notes: 'theirs' });
    await settled(other);
    mine.editor.update(current(mine, uid), { notes: 'mine' });
    await expect
      .poll(() => mine.sync.state().conflicts)
      .toMatchObject([{ uid, mine: { notes: 'mine' }, theirs: { notes: 'theirs' } }]);
    expect(mine.unsaved()).toHaveLength(1);
    expect(await stored()).toMatchObject([{ uid, notes: 'theirs' }]);
    mine.sync.resolve(uid, choice);
    await settled(mine);
    expect(await stored()).toMatchObject([{ uid, notes: choice }]);
    expect(current(mine, uid).notes).toBe(choice);
  },
);

it('asks about a record that somebody else deleted, and can bring it back', async () => {
  const mine = await open();
  const { uid } = span();
  mine.editor.add(span({ uid }));
  await settled(mine);
  const other = await open();
  other.editor.remove(current(other, uid));
  await settled(other);
  mine.editor.update(current(mine, uid), { label: 'custom' });
  await expect.poll(() => mine.sync.state().conflicts).toMatchObject([{ uid, theirs: null }]);
  mine.sync.resolve(uid, 'mine');
  await settled(mine);
  expect(await stored()).toMatchObject([{ uid, label: 'custom' }]);
});

it.each(['mine', 'theirs'] as const)(
  'does not make again what was stored without an answer and deleted by somebody else: %s',
  async (choice) => {
    const [mine, other] = [await open(), await open()];
    const { uid } = span();
    wire.loseReply = true;
    mine.editor.add(span({ uid }));
    await expect.poll(() => mine.sync.state().problem).not.toBeNull();
    wire.offline = true;
    await hear(other);
    await server.owner.spans.bulkDelete({ chartId: wire.chartId, ...ALL_TIME });
    wire.offline = false;
    mine.sync.retry();
    await expect.poll(() => mine.sync.state().conflicts).toMatchObject([{ uid, theirs: null }]);
    expect(await stored()).toEqual([]);
    mine.sync.resolve(uid, choice);
    await settled(mine);
    expect(await stored()).toHaveLength(choice === 'mine' ? 1 : 0);
    expect(mine.editor.records().size).toBe(choice === 'mine' ? 1 : 0);
  },
);

it.each(['the request', 'its answer'])(
  'takes a deletion back when %s was lost, also after a reload',
  async (lost) => {
    const before = await open();
    const { uid } = span();
    before.editor.add(span({ uid }));
    await settled(before);
    before.editor.remove(current(before, uid));
    await settled(before);
    wire.offline = lost === 'the request';
    wire.loseReply = !wire.offline;
    before.editor.undo();
    await expect.poll(() => before.sync.state().problem).not.toBeNull();
    before.sync.close();
    wire.offline = false;
    const after = await open(before.unsaved());
    await settled(after);
    expect(await stored()).toMatchObject([{ uid }]);
    expect(after.sync.state().conflicts).toEqual([]);
  },
);

it('keeps what was drawn before the stored records were read', async () => {
  const before = await open();
  before.editor.add(span({ label: 'custom' }));
  await settled(before);
  const early = span();
  const window = await open([], (editor) => editor.add(early));
  await settled(window);
  expect(window.editor.records().size).toBe(2);
  expect(await stored()).toHaveLength(2);
});

it('says why a change was refused, and gives it up when told to', async () => {
  const window = await open();
  window.editor.add(span({ label: 'no_such_label' }));
  await expect.poll(() => window.sync.state().problem?.final).toBe(true);
  expect(window.sync.state().problem?.message).toContain('no_such_label');
  window.sync.discard();
  expect(window.editor.records().size).toBe(0);
  expect(window.sync.state()).toMatchObject({ waiting: 0, problem: null });
  expect(await stored()).toEqual([]);
});

it('saves all else where a record is refused, and that one as well once it may be so', async () => {
  const window = await open();
  const [bad, good] = [span({ label: 'no_such_label' }), span()];
  window.editor.add(bad, good);
  await expect.poll(() => window.sync.state().refused).toEqual([bad.uid]);
  await expect.poll(stored).toMatchObject([{ uid: good.uid }]);
  expect(window.sync.state()).toMatchObject({
    waiting: 1,
    notSaved: 1,
    problem: { message: 'There is no span label “no_such_label”. All else is saved.', final: true },
  });
  window.editor.update(current(window, good.uid), { notes: 'later' });
  window.editor.add(span({ label: 'custom' }));
  await expect.poll(async () => (await stored()).length).toBe(2);
  expect(await stored()).toContainEqual(expect.objectContaining({ notes: 'later' }));
  expect(current(window, bad.uid).label).toBe('no_such_label');
  expect(window.unsaved().map(({ uid }) => uid)).toEqual([bad.uid]);
  window.editor.update(current(window, bad.uid), { label: 'bear_flag' });
  await settled(window);
  expect(await stored()).toHaveLength(3);
  expect(window.sync.state()).toMatchObject({ problem: null, refused: [] });
});

it('has what was refused stand after a reload, and given up alone', async () => {
  const before = await open();
  const bad = span({ label: 'no_such_label' });
  before.editor.add(bad);
  await expect.poll(() => before.sync.state().refused).toEqual([bad.uid]);
  before.sync.close();
  const after = await open(before.unsaved());
  await expect.poll(() => after.sync.state().refused).toEqual([bad.uid]);
  after.editor.add(span());
  await expect.poll(async () => (await stored()).length).toBe(1);
  after.sync.discard();
  await settled(after);
  expect(await stored()).toHaveLength(1);
  expect(after.editor.records().size).toBe(1);
  after.editor.undo();
  await settled(after);
  expect(await stored()).toEqual([]);
});

it('shows what others do, without an undo step and without saving it again', async () => {
  const [mine, other] = [await open(), await open()];
  const [a, b] = [span(), span({ label: 'custom' })];
  other.editor.add(a, b);
  await settled(other);
  expect(await hear(mine)).toHaveLength(2);
  expect(current(mine, a.uid)).toEqual(current(other, a.uid));
  other.editor.update(current(other, a.uid), { notes: 'theirs' });
  other.editor.remove(current(other, b.uid));
  await settled(other);
  await hear(mine);
  expect([...mine.editor.records().values()]).toEqual([current(other, a.uid)]);
  expect(mine.editor.canUndo()).toBe(false);
  // What a window did itself is no news to it, and neither is what it has heard before.
  expect(await hear(mine)).toEqual([]);
  expect(await hear(other)).toEqual([]);
  const before = wire.sent;
  mine.editor.update(current(mine, a.uid), { label: 'custom' });
  await settled(mine);
  expect(await stored()).toMatchObject([{ notes: 'theirs', label: 'custom' }]);
  expect(wire.sent).toBe(before + 1);
});

it('leaves what is unsaved to the person when others changed it', async () => {
  const [mine, other] = [await open(), await open()];
  const a = span();
  other.editor.add(a);
  await settled(other);
  await hear(mine);
  wire.offline = true;
  mine.editor.update(current(mine, a.uid), { notes: 'mine' });
  await expect.poll(() => mine.sync.state().problem).not.toBeNull();
  wire.offline = false;
  other.editor.update(current(other, a.uid), { notes: 'theirs' });
  await settled(other);
  await hear(mine);
  expect(current(mine, a.uid).notes).toBe('mine');
  mine.sync.retry();
  await expect.poll(() => mine.sync.state().conflicts).toMatchObject([{ uid: a.uid }]);
  // It goes on meanwhile; who takes theirs gets the newest.
  other.editor.update(current(other, a.uid), { notes: 'theirs, later' });
  await settled(other);
  await hear(mine);
  mine.sync.resolve(a.uid, 'theirs');
  expect(current(mine, a.uid).notes).toBe('theirs, later');
  expect(mine.sync.state()).toMatchObject({ waiting: 0, conflicts: [] });
});

it('takes in what came meanwhile when an unsaved change is taken back', async () => {
  const [mine, other] = [await open(), await open()];
  const a = span();
  other.editor.add(a);
  await settled(other);
  await hear(mine);
  wire.offline = true;
  mine.editor.update(current(mine, a.uid), { notes: 'mine' });
  await expect.poll(() => mine.sync.state().problem).not.toBeNull();
  other.editor.update(current(other, a.uid), { label: 'custom' });
  wire.offline = false;
  await settled(other);
  await hear(mine);
  mine.editor.undo();
  await settled(mine);
  expect(current(mine, a.uid)).toEqual(current(other, a.uid));
  expect(mine.sync.state().conflicts).toEqual([]);
});

it('reads everything anew without losing what is unsaved or was saved meanwhile', async () => {
  const [mine, other] = [await open(), await open()];
  const [kept, gone] = [span(), span()];
  mine.editor.add(kept, gone);
  await settled(mine);
  const since = (await server.owner.charts.get({ chartId: wire.chartId })).rev;
  await hear(other);
  other.editor.remove(current(other, gone.uid));
  await settled(other);
  const rows = await stored();
  let answer: (rows: Base[]) => void = () => {};
  mine.source.read = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  const reading = mine.sync.read();
  await Promise.resolve();
  expect(mine.sync.state().loaded).toBe(false);
  const late = span({ label: 'custom' });
  mine.editor.add(late);
  await settled(mine);
  wire.offline = true;
  mine.editor.update(current(mine, kept.uid), { notes: 'unsaved' });
  await expect.poll(() => mine.sync.state().problem).not.toBeNull();
  answer(rows.map((row) => baseOf(row, [])));
  await reading;
  expect([...mine.editor.records().keys()].sort()).toEqual([kept.uid, late.uid].sort());
  expect(current(mine, kept.uid).notes).toBe('unsaved');
  await hear(mine, since);
  expect(mine.editor.records().size).toBe(2);
  wire.offline = false;
  mine.sync.retry();
  await settled(mine);
  await hear(other, since);
  expect(new Map(other.editor.records())).toEqual(new Map(mine.editor.records()));
});

it('shows a chart as a revision left it, where nothing can be changed', async () => {
  const window = await open();
  const [kept, later] = [span(), span()];
  window.editor.add(kept);
  await settled(window);
  const { rev } = await server.owner.charts.get({ chartId: wire.chartId });
  window.editor.update(current(window, kept.uid), { notes: 'since' });
  window.editor.add(later);
  await settled(window);

  const editor = createEditor({ isReadOnly: true });
  const sync = createSync({
    editor,
    source: recordsAsOf(server.owner.history.asOf, wire.chartId, rev, () => []),
  });
  await sync.read();
  expect([...editor.records().values()]).toMatchObject([{ uid: kept.uid, notes: null }]);
  const before = wire.sent;
  editor.add(span());
  editor.remove(editor.get(kept.uid) as SpanRecord);
  expect(editor.records().size).toBe(1);
  expect(editor.canUndo()).toBe(false);
  expect(sync.state()).toMatchObject({ loaded: true, waiting: 0 });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(wire.sent).toBe(before);
  sync.close();
});
