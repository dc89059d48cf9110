import { expect, it } from 'vitest';
import { keyOf, keyText } from './command';

const NONE = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

it.each([
  ['a letter', { key: 's', code: 'KeyS' }, 's'],
  ['a letter with Shift', { key: 'B', code: 'KeyB', shiftKey: true }, 'shift+b'],
  ['Caps Lock', { key: 'S', code: 'KeyS' }, 's'],
  ['a sign that needs Shift', { key: '?', code: 'Slash', shiftKey: true }, '?'],
  ['plus, with or without Shift', { key: '+', code: 'Equal', shiftKey: true }, '+'],
  ['a digit on a French keyboard', { key: '&', code: 'Digit1' }, '1'],
  ['a digit with Alt on a Mac', { key: '¡', code: 'Digit1', altKey: true }, 'alt+1'],
  ['the number pad', { key: '3', code: 'Numpad3' }, '3'],
  ['Command on a Mac', { key: 'z', code: 'KeyZ', metaKey: true }, 'ctrl+z'],
  ['several', { key: 'Z', code: 'KeyZ', ctrlKey: true, shiftKey: true }, 'ctrl+shift+z'],
  ['an arrow', { key: 'ArrowLeft', code: 'ArrowLeft', shiftKey: true }, 'shift+arrowleft'],
])('names %s', (_what, event, name) => {
  expect(keyOf({ ...NONE, ...event })).toBe(name);
});

it.each([
  ['s', 'S'],
  ['shift+b', '⇧ B'],
  ['ctrl+shift+z', 'Ctrl ⇧ Z'],
  ['arrowleft', '←'],
  ['delete', 'Del'],
  ['+', '+'],
  ['-', '−'],
  ['?', '?'],
])('writes %s as %s', (key, text) => {
  expect(keyText(key)).toBe(text);
});
