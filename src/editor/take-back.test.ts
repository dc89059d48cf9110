import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeSpan } from '@/contract/spans';
import { EMPTY_DIFF } from './diff';
import { createEditor, type Editor } from './editor';
import type { EditorRecord } from './kinds/kinds';
import type { PredictionRecord } from './kinds/prediction';
import type { SpanRecord } from './kinds/span';

const span = (uid: string, fields: Partial<SpanRecord> = {}): SpanRecord => ({
  kind: 'span',
  uid,
  id: null,
  ...completeSpan({ startTime: 10, endTime: 20, label: 'a' }),
  ...fields,
});

const prediction: PredictionRecord = {
  kind: 'prediction',
  uid: 'prediction:7',
  id: 7,
  chartId: 1,
  runId: 1,
  startTime: 10,
  endTime: 20,
  label: 'a',
  score: 0.9,
  status: 'new',
  spanUid: null,
  inBulk: false,
  teaches: null,
};

function open(...records: EditorRecord[]): Editor {
  const editor = createEditor();
  editor.apply({ ...EMPTY_DIFF, added: records }, 'server');
  return editor;
}
const get = (editor: Editor, uid: string) => editor.get(uid) as SpanRecord;

/** Somebody else, or what the server makes of a change of one's own. */
function sets(
  editor: Editor,
  origin: 'server' | 'stored' | 'discarded',
  uid: string,
  fields: Partial<SpanRecord> | Partial<PredictionRecord>,
) {
  const current = editor.get(uid) as EditorRecord;
  const next = { ...current, ...fields } as EditorRecord;
  editor.apply({ ...EMPTY_DIFF, updated: [[current, next]] }, origin);
}
const mine = (editor: Editor, uid: string, fields: Partial<SpanRecord>) =>
  editor.update(get(editor, uid), fields);
/** What stays, shortly: `uid: fields`. */
const keptOf = (taken: ReturnType<Editor['undo']>) =>
  taken?.kept.map(({ record, keys }) => `${record.uid}: ${keys?.join(' ') ?? 'all'}`) ?? null;

describe('what somebody else has changed since', () => {
  it('stays at undo, and is named', () => {
    const editor = open(span('s'));
    mine(editor, 's', { label: 'b' });
    sets(editor, 'server', 's', { label: 'c' });
    expect(keptOf(editor.undo())).toEqual(['s: label']);
    expect(get(editor, 's').label).toBe('c');
    expect(editor.depth()).toMatchObject({ undo: 0, redo: 0 });
    expect(editor.redo()).toBeNull();
  });

  it('stays at redo', () => {
    const editor = open(span('s'));
    mine(editor, 's', { label: 'b' });
    editor.undo();
    sets(editor, 'server', 's', { label: 'c' });
    expect(keptOf(editor.redo())).toEqual(['s: label']);
    expect(get(editor, 's').label).toBe('c');
  });

  it('stays alone: other fields and records of the step are taken back, and done again', () => {
    const editor = open(span('s'), span('t'));
    editor.gesture(() => {
      mine(editor, 's', { label: 'b', notes: 'mine' });
      mine(editor, 't', { label: 'b' });
    });
    sets(editor, 'server', 's', { label: 'c' });
    expect(keptOf(editor.undo())).toEqual(['s: label']);
    expect(get(editor, 's')).toMatchObject({ label: 'c', notes: null });
    expect(get(editor, 't').label).toBe('a');
    expect(keptOf(editor.redo())).toEqual([]);
    expect(get(editor, 's')).toMatchObject({ label: 'c', notes: 'mine' });
    expect(get(editor, 't').label).toBe('b');
  });

  it('ends an undo there, and the next one goes on with the step before', () => {
    const editor = open(span('s'), span('t'));
    mine(editor, 't', { label: 'b' });
    mine(editor, 's', { label: 'b' });
    sets(editor, 'server', 's', { label: 'c' });
    editor.undo();
    expect(get(editor, 't').label).toBe('b');
    expect(keptOf(editor.undo())).toEqual([]);
    expect(get(editor, 't').label).toBe('a');
  });

  it('is nothing once they have put it back', () => {
    const editor = open(span('s'));
    mine(editor, 's', { label: 'b' });
    sets(editor, 'server', 's', { label: 'c' });
    sets(editor, 'server', 's', { label: 'b' });
    expect(keptOf(editor.undo())).toEqual([]);
    expect(get(editor, 's').label).toBe('a');
  });

  it('stays where it is what an undo would make of it, and the step before waits for its own undo', () => {
    const editor = open();
    editor.add(span('s'));
    mine(editor, 's', { label: 'b' });
    sets(editor, 'server', 's', { label: 'a' });
    expect(keptOf(editor.undo())).toEqual(['s: label']);
    expect(keptOf(editor.undo())).toEqual(['s: all']);
    expect(get(editor, 's').label).toBe('a');
  });

  it('keeps a record that is one’s own', () => {
    const editor = open();
    editor.add(span('s'));
    sets(editor, 'server', 's', { notes: 'theirs' });
    expect(keptOf(editor.undo())).toEqual(['s: all']);
    expect(get(editor, 's')).toMatchObject({ label: 'a', notes: 'theirs' });
  });

  it('does not keep it once they have taken their change back', () => {
    const editor = open();
    editor.add(span('s'));
    sets(editor, 'server', 's', { notes: 'theirs' });
    sets(editor, 'server', 's', { notes: null });
    expect(keptOf(editor.undo())).toEqual([]);
    expect(editor.records().size).toBe(0);
  });

  it('keeps a record from being deleted again', () => {
    const editor = open(span('s'));
    editor.remove(get(editor, 's'));
    editor.undo();
    sets(editor, 'server', 's', { notes: 'theirs' });
    expect(keptOf(editor.redo())).toEqual(['s: all']);
    expect(get(editor, 's').notes).toBe('theirs');
  });

  it('lets a deletion be taken back, and a record that they deleted be', () => {
    const editor = open(span('s'));
    editor.remove(get(editor, 's'));
    expect(keptOf(editor.undo())).toEqual([]);
    expect(get(editor, 's').label).toBe('a');
    mine(editor, 's', { label: 'b' });
    editor.apply({ ...EMPTY_DIFF, removed: [get(editor, 's')] }, 'server');
    expect(editor.undo()).toBeNull();
  });

  it('holds for a range and its parts as one: half of a move is no place', () => {
    const editor = open(span('s', { startTime: 30, endTime: 40 }));
    mine(editor, 's', { startTime: 10, endTime: 20 });
    sets(editor, 'server', 's', { endTime: 25 });
    expect(keptOf(editor.undo())).toEqual(['s: endTime']);
    expect(get(editor, 's')).toMatchObject({ startTime: 10, endTime: 25 });

    mine(editor, 's', { endTime: 50 });
    sets(editor, 'server', 's', { subSpans: [{ name: 'x', startTime: 30, endTime: 50 }] });
    expect(keptOf(editor.undo())).toEqual(['s: subSpans']);
    expect(get(editor, 's').endTime).toBe(50);
  });

  it('is not that candles changed', () => {
    const editor = open();
    editor.add(span('s'));
    sets(editor, 'server', 's', { candlesChangedAt: 1 });
    mine(editor, 's', { label: 'b' });
    sets(editor, 'server', 's', { candlesChangedAt: 2 });
    expect(keptOf(editor.undo())).toEqual([]);
    expect(get(editor, 's')).toMatchObject({ label: 'a', candlesChangedAt: 2 });
    expect(keptOf(editor.undo())).toEqual([]);
    expect(editor.records().size).toBe(0);
  });

  it('keeps an answer to a prediction with the span that says so', () => {
    const editor = open(prediction);
    editor.gesture(() => {
      editor.add(span('s'));
      editor.update(prediction, { status: 'confirmed', spanUid: 's' });
    });
    sets(editor, 'server', 's', { notes: 'theirs' });
    expect(keptOf(editor.undo())).toEqual(['s: all']);
    expect(editor.get(prediction.uid)).toMatchObject({ status: 'confirmed', spanUid: 's' });
  });

  it('keeps somebody else’s answer, without a span of one’s own beside it', () => {
    const editor = open(prediction);
    editor.gesture(() => {
      editor.add(span('s'));
      editor.update(prediction, { status: 'confirmed', spanUid: 's' });
    });
    editor.undo();
    sets(editor, 'server', prediction.uid, { status: 'dismissed', spanUid: 'theirs' });
    expect(keptOf(editor.redo())).toEqual([`${prediction.uid}: status spanUid`]);
    expect(editor.get('s')).toBeUndefined();
  });
});

describe('what the server makes of one’s own change', () => {
  it('is taken back with it, and done again', () => {
    const editor = open(span('s'));
    mine(editor, 's', { label: 'b' });
    // The group of the new label cuts it to what is free.
    sets(editor, 'stored', 's', { endTime: 15 });
    expect(keptOf(editor.undo())).toEqual([]);
    expect(get(editor, 's')).toMatchObject({ label: 'a', endTime: 20 });
    expect(keptOf(editor.redo())).toEqual([]);
    expect(get(editor, 's')).toMatchObject({ label: 'b', endTime: 15 });
  });

  it('does not keep what one made', () => {
    const editor = open();
    editor.add(span('s'));
    sets(editor, 'stored', 's', { id: 5, endTime: 15 });
    mine(editor, 's', { label: 'b' });
    expect(keptOf(editor.undo())).toEqual([]);
    expect(keptOf(editor.undo())).toEqual([]);
    expect(editor.records().size).toBe(0);
    editor.redo();
    expect(get(editor, 's').endTime).toBe(15);
  });

  it('may come of an undo as well', () => {
    const editor = open(span('s'));
    mine(editor, 's', { endTime: 30 });
    mine(editor, 's', { endTime: 40 });
    editor.undo();
    sets(editor, 'stored', 's', { endTime: 25 });
    expect(keptOf(editor.redo())).toEqual([]);
    expect(get(editor, 's').endTime).toBe(40);
    editor.undo();
    expect(keptOf(editor.undo())).toEqual([]);
    expect(get(editor, 's').endTime).toBe(20);
  });

  it('is nothing once the change was given up', () => {
    const editor = open(span('s'));
    mine(editor, 's', { notes: 'mine' });
    mine(editor, 's', { label: 'b' });
    mine(editor, 's', { label: 'c' });
    sets(editor, 'discarded', 's', { label: 'a' });
    expect(keptOf(editor.undo())).toEqual([]);
    expect(get(editor, 's')).toMatchObject({ label: 'a', notes: null });
  });

  it('is no step of its own', () => {
    const editor = open(span('s'));
    sets(editor, 'stored', 's', { endTime: 15 });
    expect(editor.canUndo()).toBe(false);
  });
});

it('never takes away what somebody else set, whatever was done and undone', () => {
  const act = fc.record({
    do: fc.constantFrom('mine', 'theirs', 'stored', 'undo', 'undo', 'redo', 'remove', 'add'),
    key: fc.constantFrom('label', 'notes', 'color'),
    uid: fc.constantFrom('s', 't'),
  });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
      const editor = open(span('s'), span('t'));
      /** Who set a field last, by `uid.key`. */
      const setBy = new Map<string, string>();
      for (const [at, { do: what, key, uid }] of acts.entries()) {
        const before = new Map(editor.records());
        const current = editor.get(uid);
        const value = { [key]: `${what}-${at}` };
        if (what === 'undo') editor.undo();
        else if (what === 'redo') editor.redo();
        else if (what === 'add' && !current) editor.add(span(uid));
        else if (what === 'remove' && current) editor.remove(current);
        else if (what === 'mine' && current) editor.update(current, value);
        else if (what === 'theirs' && current) sets(editor, 'server', uid, value);
        else if (what === 'stored' && current) sets(editor, 'stored', uid, value);
        for (const each of ['s', 't']) {
          for (const field of ['label', 'notes', 'color'] as const) {
            const name = `${each}.${field}`;
            const old = (before.get(each) as SpanRecord | undefined)?.[field];
            const now = (editor.get(each) as SpanRecord | undefined)?.[field];
            if (old === now) continue;
            // What was there was theirs: only a change or a deletion that one makes takes it away.
            if (what === 'undo' || what === 'redo') expect(setBy.get(name)).not.toBe('theirs');
            setBy.set(name, what === 'theirs' ? 'theirs' : 'mine');
          }
        }
      }
    }),
    { numRuns: 2_000 },
  );
});
