import { expect, it } from 'vitest';
import { EMPTY_DIFF } from '@/editor/diff';
import { newSpan } from '@/editor/kinds/span';
import type { Kept } from '@/editor/take-back';
import { keptText } from './kept-text';

const span = newSpan('s', { startTime: 1, endTime: 2, label: 'flag' });
const DONE = { ...EMPTY_DIFF, added: [span] };
const text = (kept: Kept[], diff = EMPTY_DIFF, doing: 'undo' | 'redo' = 'undo') =>
  keptText({ diff, kept }, doing);

it('says what somebody has changed since, and that it stays', () => {
  expect(text([])).toBeNull();
  expect(text([{ record: span, keys: ['label'] }])).toBe(
    'Somebody has changed this span’s label since; it stays as it is.',
  );
  expect(text([{ record: span, keys: ['startTime', 'endTime'] }], DONE)).toBe(
    'Somebody has changed this span’s start and end since; they stay as they are. The rest is taken back.',
  );
  expect(text([{ record: span, keys: ['notes'] }], DONE, 'redo')).toBe(
    'Somebody has changed this span’s notes since; they stay as they are. The rest is done again.',
  );
  expect(text([{ record: span, keys: null }])).toBe(
    'Somebody has changed this span since; it stays.',
  );
  expect(text(['a', 'b'].map((uid) => ({ record: { ...span, uid }, keys: ['label'] })))).toBe(
    'Somebody has changed 2 spans since; they stay as they are.',
  );
});
