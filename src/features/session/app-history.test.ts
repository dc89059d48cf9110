import { beforeEach, expect, it } from 'vitest';
import { createEditor, type Editor } from '@/editor/editor';
import { newSpan, type SpanRecord } from '@/editor/kinds/span';
import { createAppHistory } from './app-history';

const span = (uid: string): SpanRecord => newSpan(uid, { label: 'flag', startTime: 1, endTime: 2 });
let history: ReturnType<typeof createAppHistory>;
let here: Editor;
let there: Editor;

beforeEach(() => {
  history = createAppHistory();
  here = createEditor();
  there = createEditor();
  history.follow({ editor: here, name: () => 'here' });
  history.follow({ editor: there, name: () => 'there' });
});

const uids = () => [...here.records().keys(), ...there.records().keys()].join(' ');

it('takes back and does again in the order of the steps, wherever they were made', () => {
  here.add(span('a'));
  there.add(span('b'));
  here.gesture(() => here.add(span('c'), span('d')));
  expect(history.undo()?.name()).toBe('here');
  expect(uids()).toBe('a b');
  expect(history.undo()?.name()).toBe('there');
  expect(uids()).toBe('a');
  expect(history.redo()?.name()).toBe('there');
  expect(uids()).toBe('a b');
  expect(history.redo()?.name()).toBe('here');
  expect(uids()).toBe('a c d b');
  expect(history.canRedo()).toBe(false);
});

it('does nothing again after another step, wherever that was made', () => {
  here.add(span('a'));
  there.add(span('b'));
  history.undo();
  history.undo();
  there.add(span('c'));
  expect(history.canRedo()).toBe(false);
  expect(here.canRedo()).toBe(false);
  expect(history.redo()).toBeNull();
  expect(history.undo()?.name()).toBe('there');
  expect(history.undo()).toBeNull();
  expect(history.canUndo()).toBe(false);
});

it('passes over what changes nothing any more, and takes no step of another in its place', () => {
  here.add(span('a'));
  there.add(span('b'));
  there.update(span('b'), { notes: 'x' });
  there.apply({ added: [], updated: [], removed: [span('b')] }, 'server');
  expect(history.undo()?.name()).toBe('here');
  expect(uids()).toBe('');
  expect(history.canUndo()).toBe(false);
});

it('keeps up with an editor whose steps are taken back past it', () => {
  here.add(span('a'));
  there.add(span('b'));
  here.undo();
  expect(history.undo()?.name()).toBe('there');
  expect(history.redo()?.name()).toBe('there');
  expect(history.redo()?.name()).toBe('here');
});

it('stops at a step that somebody else has worked on since', () => {
  there.add(span('b'));
  here.add(span('a'));
  const theirs: SpanRecord = { ...span('a'), notes: 'theirs' };
  here.apply({ added: [], removed: [], updated: [[span('a'), theirs]] }, 'server');
  const step = history.undo();
  expect(step?.name()).toBe('here');
  expect(step?.kept).toMatchObject([{ record: { uid: 'a' }, keys: null }]);
  expect(uids()).toBe('a b');
  expect(history.canRedo()).toBe(false);
  expect(history.undo()?.name()).toBe('there');
  expect(uids()).toBe('a');
});
