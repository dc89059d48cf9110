import { expect, test } from 'vitest';
import { createEditor } from '@/editor/editor';
import { toPredictionRecord } from '@/editor/kinds/prediction';
import { newSpan } from '@/editor/kinds/span';
import { errors } from './errors';

const proposal = toPredictionRecord({
  ...{ id: 7, chartId: 1, runId: 3, startTime: 110, endTime: 200, label: 'bull_flag', score: 0.8 },
  ...{ status: 'new', spanUid: null, inBulk: false, teaches: null },
});

function editorWith(label: string | null) {
  const editor = createEditor();
  const spans = label
    ? [newSpan('drawn', { startTime: 100, endTime: 190, label, notes: 'kept', source: 'human' })]
    : [];
  editor.apply({ added: [proposal, ...spans], updated: [], removed: [] }, 'server');
  return editor;
}

const says = (label: string) => ({ label, startTime: 110, endTime: 200 });

test('a yes changes the span that is there and keeps what else was said of it, in one step', () => {
  const editor = editorWith('bear_flag');
  errors.answer({ editor }, proposal.uid, says('bull_flag'));
  expect(editor.get('drawn')).toMatchObject({ ...says('bull_flag'), notes: 'kept' });
  expect(editor.get(proposal.uid)).toMatchObject({ status: 'corrected', spanUid: 'drawn' });
  expect(errors.answerTo(editor.records(), proposal.uid)).toBe('bull_flag');
  editor.undo();
  expect(editor.get('drawn')).toMatchObject({ label: 'bear_flag', startTime: 100 });
  expect(editor.get(proposal.uid)).toMatchObject({ status: 'new' });
});

test('a no leaves the span as it is, also where only its edges were in doubt', () => {
  const editor = editorWith('bull_flag');
  errors.answer({ editor }, proposal.uid, says('O'));
  expect(editor.get('drawn')).toMatchObject({ label: 'bull_flag', startTime: 100 });
  expect(editor.get(proposal.uid)).toMatchObject({ status: 'dismissed', spanUid: 'drawn' });
  expect(errors.answerTo(editor.records(), proposal.uid)).toBe('O');
});

test('where a label is missing a yes makes it', () => {
  const editor = editorWith(null);
  errors.answer({ editor }, proposal.uid, says('bull_flag'));
  const made = [...editor.records().values()].filter(({ kind }) => kind === 'span');
  expect(made).toMatchObject([{ label: 'bull_flag', source: 'model_confirmed' }]);
});

test('another answer takes the place of the first one, of the same span, and each is undone by itself', () => {
  const editor = editorWith('bear_flag');
  const answer = (label: string) => errors.answer({ editor }, proposal.uid, says(label));
  answer('bull_flag');
  answer('wedge_up');
  expect(editor.get('drawn')).toMatchObject({ ...says('wedge_up'), notes: 'kept' });
  answer('O');
  expect(editor.get('drawn')).toMatchObject({ label: 'bear_flag', startTime: 100, endTime: 190 });
  expect(editor.get(proposal.uid)).toMatchObject({ status: 'dismissed', spanUid: 'drawn' });
  answer('bull_flag');
  expect(editor.get('drawn')).toMatchObject({ ...says('bull_flag'), notes: 'kept' });
  expect([...editor.records().values()]).toHaveLength(2);
  editor.undo();
  expect(editor.get('drawn')).toMatchObject({ label: 'bear_flag', startTime: 100, endTime: 190 });
  editor.undo();
  expect(editor.get('drawn')).toMatchObject(says('wedge_up'));
});

test('the question says what is labelled there now', () => {
  const asked = (label: string | null) =>
    errors.question?.(editorWith(label).records(), proposal.uid, (name) => name);
  expect(asked('bear_flag')).toBe('Labelled bear_flag: change it?');
  expect(asked('bull_flag')).toBe('Labelled bull_flag with other edges: move them?');
  expect(asked(null)).toBe('Not labelled: add it?');
});
