import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { completeSpan } from '@/contract/spans';
import { createEditor } from '@/editor/editor';
import { createSync } from '../session/sync/sync';
import { textOf } from './save-indicator';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a save that has no answer in ten seconds says so, and is sent again after twenty more', async () => {
  const editor = createEditor();
  const send = vi.fn(() => new Promise<never>(() => {}));
  const explain = () => ({ type: 'passing', message: 'The connection was lost.' }) as const;
  const store = { restore: async () => [], store: async () => {}, close: () => {} };
  const saving = { transport: { send, explain }, store };
  const sync = createSync({ editor, source: { read: async () => [], saving } });
  const said = () => textOf(sync.state());
  await sync.read();
  expect(said()).toBe('All changes saved');
  const drawn = completeSpan({ startTime: 1_000, endTime: 2_000, label: 'bull_flag' });
  editor.add({ kind: 'span', uid: randomUUID(), id: null, ...drawn });
  await vi.advanceTimersByTimeAsync(9_900);
  expect([said(), send.mock.calls.length]).toEqual(['Saving…', 1]);
  await vi.advanceTimersByTimeAsync(200);
  expect(said()).toBe('Still saving 1 change: no answer yet');
  await vi.advanceTimersByTimeAsync(21_000);
  expect(send.mock.calls.length).toBe(2);
  sync.close();
});
