import { expect, it } from 'vitest';
import { giveKey, holdersOf, resetKeys, withKeys } from './keymap';

const MADE = {
  fit: { keys: ['f'] },
  zoom: { keys: ['+', '='] },
  yes: { keys: ['y'] },
  log: { keys: [] },
};
const now = (chosen: Parameters<typeof withKeys>[1]) => withKeys(MADE, chosen, 'chart.');

it('gives a command another key, and whose it was goes without it', () => {
  expect(holdersOf(MADE, '=', 'log')).toEqual(['zoom']);
  const chosen = giveKey(MADE, {}, 'chart.', 'log', '=');
  expect(now(chosen)).toEqual({ ...MADE, zoom: { keys: ['+'] }, log: { keys: ['='] } });
  const again = giveKey(now(chosen), chosen, 'chart.', 'fit', 'y');
  expect(now(again)).toMatchObject({ fit: { keys: ['y'] }, yes: { keys: [] } });
  // The same ids of another page keep theirs.
  expect(withKeys(MADE, again, 'board.')).toEqual(MADE);
});

it('takes a key away', () => {
  expect(now(giveKey(MADE, {}, 'chart.', 'fit', null)).fit.keys).toEqual([]);
});

it('gives a command its own keys back, and nobody else has them then', () => {
  const chosen = giveKey(MADE, {}, 'chart.', 'log', 'f');
  expect(now(chosen).fit.keys).toEqual([]);
  const reset = resetKeys(MADE, chosen, 'chart.', 'fit');
  expect(now(reset)).toEqual({ ...MADE, log: { keys: [] } });
});
