import { expect, test } from 'vitest';
import { thoseThatFit } from './label-dock';

const labels = Array.from({ length: 10 }, (_, at) => ({
  name: `label-${at}`,
  displayName: at === 9 ? 'X' : `A pattern with a long name ${at}`,
}));
const fitting = (roomPx: number, chosen: string | null = null) =>
  thoseThatFit(labels, chosen, roomPx).map(({ name }) => name);

test('as many chips are shown as leave something of their names to read', () => {
  expect(fitting(2_000)).toHaveLength(10);
  expect(fitting(1_000)).toEqual(labels.slice(0, 8).map(({ name }) => name));
  expect(fitting(300)).toEqual(['label-0', 'label-1']);
});

test('the label that is chosen is always among them', () => {
  expect(fitting(300, 'label-7')).toEqual(['label-0', 'label-7']);
  expect(fitting(0, 'label-7')).toEqual(['label-7']);
});
