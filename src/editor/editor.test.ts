import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeSpan } from '@/contract/spans';
import { applyDiff, type Diff, EMPTY_DIFF, invert, squash } from './diff';
import { createEditor } from './editor';
import type { SpanRecord } from './kinds/span';
import type { Records } from './records';

function span(uid: string, fields: Partial<SpanRecord> = {}): SpanRecord {
  return {
    kind: 'span',
    uid,
    id: null,
    ...completeSpan({ startTime: 0, endTime: 60, label: 'bull_flag' }),
    ...fields,
  };
}

const uids = ['a', 'b', 'c', 'd'];
type Action =
  | { type: 'add'; uid: string }
  | { type: 'remove'; uid: string }
  | { type: 'label'; uid: string; label: string }
  | { type: 'undo' }
  | { type: 'redo' };
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ type: fc.constant('add' as const), uid: fc.constantFrom(...uids) }),
  fc.record({ type: fc.constant('remove' as const), uid: fc.constantFrom(...uids) }),
  fc.record({
    type: fc.constant('label' as const),
    uid: fc.constantFrom(...uids),
    label: fc.constantFrom('x', 'y', 'z'),
  }),
  fc.record({ type: fc.constant('undo' as const) }),
  fc.record({ type: fc.constant('redo' as const) }),
);

function perform(editor: ReturnType<typeof createEditor>, step: Action) {
  if (step.type === 'undo') editor.undo();
  else if (step.type === 'redo') editor.redo();
  else {
    const current = editor.get(step.uid);
    if (step.type === 'add') editor.add(span(step.uid));
    else if (current && step.type === 'remove') editor.remove(current);
    else if (current?.kind === 'span' && step.type === 'label') {
      editor.update(current, { label: step.label });
    }
  }
}

const plain = (records: Records) => [...records.values()].sort((a, b) => (a.uid < b.uid ? -1 : 1));

describe('editor', () => {
  it('undoes back to the start and redoes to the end, whatever was done', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (steps) => {
        const editor = createEditor();
        for (const step of steps) perform(editor, step);
        while (editor.redo());
        const end = plain(editor.records());
        while (editor.undo());
        expect(plain(editor.records())).toEqual([]);
        while (editor.redo());
        expect(plain(editor.records())).toEqual(end);
      }),
    );
  });

  it('squashes two diffs into one of the same effect, whose inverse takes both back', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 20 }), fc.nat(20), (steps, split) => {
        const editor = createEditor();
        let squashed: Diff = EMPTY_DIFF;
        let start: Records = editor.records();
        editor.subscribe(({ diff }) => {
          squashed = squash(squashed, diff);
        });
        for (const [at, step] of steps.entries()) {
          if (at === split) {
            start = editor.records();
            squashed = EMPTY_DIFF;
          }
          perform(editor, step);
        }
        expect(plain(applyDiff(start, squashed).records)).toEqual(plain(editor.records()));
        expect(plain(applyDiff(editor.records(), invert(squashed)).records)).toEqual(plain(start));
      }),
    );
  });

  it('undoes a gesture as one step', () => {
    const editor = createEditor();
    editor.gesture(() => {
      editor.add(span('a'));
      editor.add(span('b'));
      editor.update(span('a'), { label: 'custom' });
    });
    expect(editor.undo()).not.toBeNull();
    expect(editor.records().size).toBe(0);
    editor.redo();
    expect(editor.get('a')).toMatchObject({ label: 'custom' });
  });

  it('never undoes what came from the server', () => {
    const editor = createEditor();
    editor.apply({ ...EMPTY_DIFF, added: [span('a')] }, 'server');
    expect(editor.canUndo()).toBe(false);
    expect(editor.undo()).toBeNull();
    expect(editor.records().size).toBe(1);
  });

  it('keeps what somebody else changed since in other fields when it undoes', () => {
    const editor = createEditor();
    const before = span('a');
    editor.apply({ ...EMPTY_DIFF, added: [before] }, 'server');
    editor.update(before, { label: 'custom' });
    const mine = editor.get('a') as SpanRecord;
    editor.apply({ ...EMPTY_DIFF, updated: [[mine, { ...mine, notes: 'theirs' }]] }, 'server');
    editor.undo();
    expect(editor.get('a')).toMatchObject({ label: 'bull_flag', notes: 'theirs' });
  });

  it('takes a change of what is stale for a look at its candles, until it is undone', () => {
    const editor = createEditor();
    const stale = span('a', { candlesChangedAt: 1_700_000_000 });
    editor.apply({ ...EMPTY_DIFF, added: [stale] }, 'server');
    editor.update(stale, { label: 'custom' });
    expect(editor.get('a')).toEqual({ ...stale, label: 'custom', candlesChangedAt: null });
    editor.undo();
    expect(editor.get('a')).toEqual(stale);
    editor.update(stale, {});
    expect(editor.get('a')).toEqual({ ...stale, candlesChangedAt: null });
  });

  it('passes over a step whose record somebody else deleted', () => {
    const editor = createEditor();
    editor.add(span('a'));
    editor.add(span('b'));
    const current = editor.get('b') as SpanRecord;
    editor.update(current, { label: 'custom' });
    editor.apply({ ...EMPTY_DIFF, removed: [editor.get('b') as SpanRecord] }, 'server');
    editor.undo();
    expect(plain(editor.records())).toEqual([]);
  });
});
