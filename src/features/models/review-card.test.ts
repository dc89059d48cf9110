import { expect, test } from 'vitest';
import { nothingLeft } from './review-card';

test('a lower threshold is spoken of only where there is one', () => {
  expect(nothingLeft(0.55)).toContain('Nothing above 0.55');
  expect(nothingLeft(0)).toBe('Nothing on this chart waits for an answer.');
});
