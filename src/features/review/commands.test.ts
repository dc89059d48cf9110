import { expect, test } from 'vitest';
import { keyText } from '../session/command';
import { BOARD_COMMANDS } from './commands';

test('a key means one thing, or several of which all but the last know when they are meant', () => {
  const byKey = new Map<string, { title: string; hasWhen: boolean }[]>();
  for (const { keys, title, when } of Object.values(BOARD_COMMANDS)) {
    for (const key of keys) {
      byKey.set(key, [...(byKey.get(key) ?? []), { title, hasWhen: when !== undefined }]);
    }
  }
  for (const [key, commands] of byKey) {
    for (const { title, hasWhen } of commands.slice(0, -1))
      expect(hasWhen, `${key}: ${title}`).toBe(true);
  }
  expect(byKey.get('arrowleft')).toHaveLength(2);
});

test('each command has a title of its own and keys that can be written', () => {
  const commands = Object.values(BOARD_COMMANDS);
  expect(new Set(commands.map(({ title }) => title)).size).toBe(commands.length);
  for (const { keys } of commands) {
    for (const key of keys) expect(keyText(key)).not.toMatch(/arrow|undefined|^$/i);
  }
});
