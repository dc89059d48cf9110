import { expect, it } from 'vitest';
import { keyText } from '../../session/command';
import { hotkeyLabel, hotkeysText } from '../../session/hotkeys';
import { COMMANDS } from './table';

const labels = (...keys: (string | null)[]) =>
  keys.map((key, at) => ({ name: `label-${at}`, key, isActive: true }));

it('gives a key to one command, or to several of which all but one know when they are meant', () => {
  const byKey = new Map<string, (keyof typeof COMMANDS)[]>();
  for (const [id, { keys }] of Object.entries(COMMANDS)) {
    for (const key of keys) byKey.set(key, [...(byKey.get(key) ?? []), id as never]);
  }
  for (const [key, ids] of byKey) {
    const always = ids.filter((id) => COMMANDS[id].when === undefined);
    expect(always.length, `${key}: ${always}`).toBeLessThan(2);
  }
});

it('takes the tool of a kind by the key that the kind says', () => {
  expect(COMMANDS['tool.line']).toMatchObject({ title: 'Line', keys: ['l'] });
  expect(COMMANDS['tool.rectangle']).toMatchObject({ title: 'Rectangle', keys: ['r'] });
});

it('has a title of its own for each command', () => {
  const titles = Object.values(COMMANDS).map(({ title }) => title);
  expect(new Set(titles).size).toBe(titles.length);
});

it('names keys that can be written', () => {
  for (const { keys } of Object.values(COMMANDS)) {
    for (const key of keys) expect(keyText(key)).not.toMatch(/arrow|undefined|^$/i);
  }
});

it('shows the digits that labels really have', () => {
  expect(hotkeysText(labels('1', '2', '3', '4'))).toBe('1–4');
  expect(hotkeysText(labels('3', '1', '2', '7', null, '9', '8'))).toBe('1–3 7–9');
  expect(hotkeysText(labels('1', '2', 'shift+1', 'shift+2', 'shift+9'))).toBe('1–2 ⇧1–2 ⇧9');
  expect(hotkeysText(labels(null))).toBeNull();
  expect(hotkeysText(labels('1', '2').map((label) => ({ ...label, isActive: false })))).toBeNull();
  expect(hotkeyLabel(labels('1', '2'), '2')).toBe('label-1');
  expect(hotkeyLabel(labels('1', '2'), '3')).toBeNull();
});
