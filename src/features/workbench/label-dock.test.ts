import { expect, test } from 'vitest';
import { dockLabels, nameWidth, thoseThatFit } from './label-dock';

const labels = Array.from({ length: 10 }, (_, at) => ({
  name: `label-${at}`,
  displayName: at === 9 ? 'X' : `A pattern with a long name ${at}`,
}));
const LETTER_PX = 7;
const textWidth = (text: string) => text.length * LETTER_PX;
const fitting = (roomPx: number, chosen: string | null = null) =>
  thoseThatFit(labels, chosen, roomPx, textWidth).map(({ name }) => name);

test('as many chips are shown as leave something of their names to read', () => {
  expect(fitting(2_000)).toHaveLength(10);
  expect(fitting(1_000)).toEqual(labels.slice(0, 7).map(({ name }) => name));
  expect(fitting(300)).toEqual(['label-0', 'label-1']);
});

test('the longest names are cut, to one length, before any that is shorter', () => {
  const names = ['Bull flag', 'Wedge up', 'Wedge down', 'Double bottom', 'Head & shoulders'].map(
    (displayName) => ({ displayName }),
  );
  const cut = (roomPx: number) => {
    const namePx = nameWidth(names, roomPx, textWidth);
    return names.filter(({ displayName }) => textWidth(displayName) > namePx);
  };
  const wholePx = 5 * 64 + 56 * LETTER_PX;
  expect(cut(wholePx)).toEqual([]);
  expect(cut(wholePx - 1)).toEqual(names.slice(4));
  expect(cut(wholePx - 3 * LETTER_PX)).toEqual(names.slice(4));
  expect(cut(wholePx - 4 * LETTER_PX)).toEqual(names.slice(3));
});

test('the label that is chosen is always among them', () => {
  expect(fitting(300, 'label-7')).toEqual(['label-0', 'label-7']);
  expect(fitting(0, 'label-7')).toEqual(['label-7']);
});

test('the chosen label has a chip whatever its key, behind those with digits', () => {
  const keyed = [
    { name: 'ten', key: '0' },
    { name: 'second row', key: 'shift+1' },
    { name: 'one', key: '1' },
    { name: 'without', key: null },
  ];
  const shown = (chosen: string | null) => dockLabels(keyed, chosen).map(({ name }) => name);
  expect(shown(null)).toEqual(['one', 'ten']);
  expect(shown('one')).toEqual(['one', 'ten']);
  expect(shown('second row')).toEqual(['one', 'ten', 'second row']);
  expect(shown('without')).toEqual(['one', 'ten', 'without']);
});
