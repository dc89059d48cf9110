import { expect, it } from 'vitest';
import type { SpanLabelType } from '@/contract/spans';
import { afterUse, type KeyedLabel, NO_USE, withKeys } from './label-keys';

const label = (name: string, hotkey: string | null = null, isActive = true): SpanLabelType => ({
  id: 1,
  name,
  displayName: name,
  color: '#000000',
  hotkey,
  isActive,
  sortOrder: 0,
  groupName: null,
  mergedInto: null,
});
const many = (count: number) => Array.from({ length: count }, (_, at) => label(`l${at}`));
const keys = (labels: KeyedLabel[]) =>
  Object.fromEntries(labels.flatMap(({ name, key }) => (key === null ? [] : [[key, name]])));

it('keeps the digits that labels have of their own, and fills both rows in order', () => {
  const labels = [label('a'), label('b', '1'), label('gone', '2', false), ...many(30)];
  const found = keys(withKeys(labels, NO_USE));
  expect(found['1']).toBe('b');
  expect(found['2']).toBe('a');
  expect(found['3']).toBe('l0');
  expect(found['9']).toBe('l6');
  expect(found['shift+1']).toBe('l7');
  expect(Object.keys(found)).toHaveLength(18);
});

it('gives a label from the menu the key of the one not used for the longest, and moves no other', () => {
  const labels = many(40);
  let use = NO_USE;
  for (const name of ['l0', 'l1', 'l3', 'l4', 'l5', 'l6', 'l7', 'l8']) {
    use = afterUse(name, withKeys(labels, use), use);
  }
  const before = keys(withKeys(labels, use));
  use = afterUse('l39', withKeys(labels, use), use);
  const after = keys(withKeys(labels, use));
  expect(after['3']).toBe('l39');
  expect(before['3']).toBe('l2');
  expect({ ...after, 3: 'l2' }).toEqual({ ...before, 3: 'l2' });
  expect(use.used[0]).toBe('l39');
  // What has a key keeps it.
  expect(keys(withKeys(labels, afterUse('l39', withKeys(labels, use), use)))).toEqual(after);
});

it('takes the second row where all of the first are the labels’ own', () => {
  const own = many(9).map((each, at) => ({ ...each, hotkey: String(at + 1) }));
  const labels = [...own, ...many(30).map((each) => ({ ...each, name: `x${each.name}` }))];
  const use = afterUse('xl29', withKeys(labels, NO_USE), NO_USE);
  const found = keys(withKeys(labels, use));
  expect(found['1']).toBe('l0');
  expect(found['shift+1']).toBe('xl29');
});

it('forgets a place whose label is gone or has a digit now', () => {
  const use = { places: { 1: 'gone', 2: 'a' }, used: [] };
  expect(keys(withKeys([label('a', '5'), label('b')], use))).toEqual({ 5: 'a', 1: 'b' });
});
