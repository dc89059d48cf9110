import { expect, test } from 'vitest';
import { completeSpan } from '@/contract/spans';
import { createEditor } from '@/editor/editor';
import { newSpan } from '@/editor/kinds/span';
import { createAuthors } from './authors';
import { fitOf } from './overlaps';

const labels = [
  { name: 'bull', groupName: 'Flags' },
  { name: 'bear', groupName: 'Flags' },
  { name: 'wedge', groupName: null },
];
const span = (uid: string, startTime: number, endTime: number, name = 'bull') =>
  newSpan(uid, completeSpan({ startTime, endTime, label: name }));
/** Candles at whole numbers from 0 on. */
const beside = (time: number, bars: number) => Math.max(0, time + bars);

function chartOf(overlap: 'forbid' | 'trim' | 'allow') {
  const editor = createEditor();
  const authors = createAuthors();
  const known = { editor, authors, labels, groups: { current: [{ name: 'Flags', overlap }] } };
  authors.noteYou('you');
  editor.add(span('a', 10, 20), span('b', 30, 40, 'bear'), span('w', 0, 99, 'wedge'));
  return {
    ...known,
    says: (...given: Parameters<typeof span>) => fitOf(known, span(...given), beside),
  };
}

test('a group may forbid it, and the first that is in the way is named', () => {
  const { says } = chartOf('forbid');
  expect(says('new', 15, 35)).toMatchObject({ group: 'Flags', other: { uid: 'a' }, bars: null });
  expect(says('new', 40, 45)).toMatchObject({ other: { uid: 'b' } });
  expect(says('new', 21, 29)).toBeNull();
  expect(says('new', 15, 35, 'wedge')).toBeNull();
  // A span is not in its own way.
  expect(says('a', 12, 22)).toBeNull();
  expect(chartOf('allow').says('new', 15, 35)).toBeNull();
});

test('or cut it to the longest stretch that is free, if any is', () => {
  const { says } = chartOf('trim');
  expect(says('new', 15, 35)?.bars).toEqual({ startTime: 21, endTime: 29 });
  expect(says('new', 35, 60)?.bars).toEqual({ startTime: 41, endTime: 60 });
  expect(says('new', 12, 18)).toMatchObject({ other: { uid: 'a' }, bars: null });
});

test('spans of others are in nobody’s way, and those moved together not in each other’s', () => {
  const { authors, ...known } = chartOf('forbid');
  authors.note([{ uid: 'a', createdBy: 'mara' }]);
  expect(known.says('new', 15, 25)).toBeNull();
  expect(fitOf({ ...known, authors }, span('a', 32, 42), beside)).toBeNull();
  const together = (uid: string) => uid === 'b';
  expect(known.says('new', 35, 45)).not.toBeNull();
  expect(fitOf({ ...known, authors }, span('new', 35, 45), beside, together)).toBeNull();
  // Who one is shows by what one saves, if nothing has said so before.
  const fresh = createAuthors();
  fresh.note(
    [
      { uid: 'x', createdBy: 'mara' },
      { uid: 'y', createdBy: 'me' },
    ],
    new Set(['y']),
  );
  expect([fresh.isSame('new', 'x'), fresh.isSame('new', 'y')]).toEqual([false, true]);
});

test('what is changed together is held to the rule as it will be', () => {
  const { authors, ...known } = chartOf('forbid');
  const fitOfAll = (one: ReturnType<typeof span>, ...changed: ReturnType<typeof span>[]) =>
    fitOf({ ...known, authors }, one, beside, undefined, [one, ...changed]);
  // Of two that are pasted, one is in the way of the other.
  expect(fitOfAll(span('new', 50, 60), span('other', 55, 70))).toMatchObject({
    other: { uid: 'other' },
  });
  // And what moves away is no longer there.
  expect(fitOfAll(span('new', 12, 18), span('a', 50, 60))).toBeNull();
});
