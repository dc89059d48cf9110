import { expect, it } from 'vitest';
import { byGroup, moved } from './groups';

const label = (id: number, groupName: string | null = null) => ({ id, groupName });
const [a, b, c, d] = [label(1, 'flags'), label(2), label(3, 'tops'), label(4, 'flags')];
const labels = [a, b, c, d];

it('puts labels without a group first, then groups in the order of their first labels', () => {
  expect(byGroup(labels)).toEqual([
    { name: null, labels: [b] },
    { name: 'flags', labels: [a, d] },
    { name: 'tops', labels: [c] },
  ]);
});

it('moves a label to the place of another, and into its group', () => {
  expect(moved(labels, d, a)).toEqual({ ids: [2, 4, 1, 3], groupName: 'flags' });
  expect(moved(labels, a, c)).toEqual({ ids: [2, 4, 3, 1], groupName: 'tops' });
  expect(moved(labels, c, b)).toEqual({ ids: [3, 2, 1, 4], groupName: null });
});
