import { expect, test } from 'vitest';
import { LabelText } from './label-text';

/** Ten pixels a letter. */
const text = new LabelText((some) => [...some].length * 10);

test('text that fits stays whole', () => {
  expect(text.cut('Bull flag', 90)).toBe('Bull flag');
});

test('what does not is cut, without a space before the ellipsis', () => {
  expect(text.cut('Bull flag', 89)).toBe('Bull fl…');
  expect(text.cut('Bull flag', 60)).toBe('Bull…');
});

test('under three letters there is nothing', () => {
  expect(text.cut('Bull flag', 40)).toBe('Bul…');
  expect(text.cut('Bull flag', 39)).toBe('');
  expect(text.cut('', 100)).toBe('');
});

test('a text at the edge of the pane begins so far to the left that all of it is seen', () => {
  expect(text.startWithin('Bull flag', 5, 200)).toBe(5);
  expect(text.startWithin('Bull flag', 150, 200)).toBe(108);
  expect(text.startWithin('Bull flag', 20, 60)).toBe(0);
});
