import { expect, test } from 'vitest';
import { nameFor } from './name-for';

test.each([
  ['Bull flag', 'bull_flag'],
  ['  Head & Shoulders (inv.) ', 'head_and_shoulders_inv'],
  ['Überhang', 'überhang'],
  ['旗形', '旗形'],
  ['—', ''],
])('%j is named %j', (text, name) => {
  expect(nameFor(text)).toBe(name);
});
