import { TRPCClientError } from '@trpc/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createQueryClient } from './client';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const refusal = (code: string) =>
  TRPCClientError.from({
    error: { message: 'refused', code: -32_000, data: { code, httpStatus: 500 } },
  });

/** How often a read is asked when each answer is this one, and how long that takes. */
async function asked(error: unknown) {
  const queryFn = vi.fn(() => Promise.reject(error));
  const since = Date.now();
  const ended = createQueryClient().fetchQuery({ queryKey: ['spans.list'], queryFn });
  const outcome = ended.then(
    () => 'answered',
    () => 'refused',
  );
  await vi.runAllTimersAsync();
  expect(await outcome).toBe('refused');
  return { times: queryFn.mock.calls.length, ms: Date.now() - since };
}

test.each([
  ['that the server has no room for', refusal('SERVICE_UNAVAILABLE')],
  ['that took too long', refusal('TIMEOUT')],
  ['without an answer', new TRPCClientError('fetch failed')],
])('a read %s is asked again for some twenty seconds', async (_, error) => {
  const { times, ms } = await asked(error);
  expect(times).toBe(7);
  // 0.5, 1, 2, 4, 8 and 8 seconds, each half as long to half as long again.
  expect(ms).toBeGreaterThan(11_700);
  expect(ms).toBeLessThan(35_300);
});

test('what would be refused again is not asked again', async () => {
  expect(await asked(refusal('FORBIDDEN'))).toEqual({ times: 1, ms: 0 });
});
