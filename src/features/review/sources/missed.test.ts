import { expect, test } from 'vitest';
import { createEditor } from '@/editor/editor';
import { toPredictionRecord } from '@/editor/kinds/prediction';
import { newSpan } from '@/editor/kinds/span';
import { missed } from './missed';
import type { ReviewSet } from './source';

const asked = toPredictionRecord({
  ...{ id: 7, chartId: 1, runId: 3, startTime: 100, endTime: 190, label: 'bull_flag', score: 0.8 },
  ...{ status: 'new', spanUid: null, inBulk: false, teaches: null },
});
const set: ReviewSet = {
  ...{ id: 3, title: () => '', charts: [], state: 'ready', error: null, version: '', drawn: null },
  ...{ example: null, threshold: 0, latest: null, runId: 3, rankedAt: null, evidence: [] },
};

function editorWith(label: string) {
  const editor = createEditor();
  const span = newSpan('drawn', {
    ...{ startTime: 100, endTime: 190, label, notes: 'kept', source: 'human' },
  });
  editor.apply({ added: [asked, span], updated: [], removed: [] }, 'server');
  return editor;
}

const says = (label: string, endTime = 190) => ({ label, startTime: 100, endTime });

test('a yes leaves the span as it is, and is taken back in one step', () => {
  const editor = editorWith('bull_flag');
  const before = editor.get('drawn');
  missed.answer({ editor }, asked.uid, says('bull_flag'));
  expect(editor.get('drawn')).toBe(before);
  expect(editor.get(asked.uid)).toMatchObject({ status: 'confirmed', spanUid: 'drawn' });
  expect(missed.answerTo(editor.records(), asked.uid)).toBe('bull_flag');
  editor.undo();
  expect(missed.answerTo(editor.records(), asked.uid)).toBeNull();
});

test('a no, other edges and another label change the span that is there', () => {
  const editor = editorWith('bull_flag');
  missed.answer({ editor }, asked.uid, says('O'));
  expect(editor.get('drawn')).toMatchObject({ label: 'O', notes: 'kept' });
  expect(editor.get(asked.uid)).toMatchObject({ status: 'dismissed' });
  expect(missed.candidates(editor.records(), set)).toHaveLength(1);
  missed.answer({ editor }, asked.uid, says('bull_flag', 210));
  expect(editor.get('drawn')).toMatchObject(says('bull_flag', 210));
  expect(editor.get(asked.uid)).toMatchObject({ status: 'corrected' });
  missed.answer({ editor }, asked.uid, says('bear_flag'));
  expect(missed.answerTo(editor.records(), asked.uid)).toBe('bear_flag');
});

test('what says something else by now is no question any more', () => {
  expect(missed.candidates(editorWith('bear_flag').records(), set)).toEqual([]);
  expect(missed.candidates(editorWith('bull_flag').records(), set)).toMatchObject([
    { uid: asked.uid, label: 'bull_flag' },
  ]);
});
