import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RetryQueue } from './retry-queue';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const always = () => true;
/** Fails so many times, then answers with how often it was asked. */
function failing(times: number) {
  let asked = 0;
  return async () => {
    asked++;
    if (asked <= times) throw new Error('no connection');
    return asked;
  };
}

test('a failure is told and tried again, ever more slowly, until there is an answer', async () => {
  const told: (string | null)[] = [];
  const retries = new RetryQueue(() => told.push(retries.error));
  const answer = retries.retryUntilSuccess(failing(2), always);
  await vi.advanceTimersByTimeAsync(2_999);
  expect(retries.error).toBe('Candles could not be loaded (no connection). Trying again.');
  await vi.advanceTimersByTimeAsync(1);
  expect(await answer).toBe(3);
  expect(retries.error).toBeNull();
  expect(told).toHaveLength(3);
});

test('one that works does not hide one that fails', async () => {
  const retries = new RetryQueue(() => {});
  void retries.retryUntilSuccess(failing(9), always);
  await retries.retryUntilSuccess(failing(0), always);
  expect(retries.error).not.toBeNull();
});

test('told to retry now, it does not wait for its turn', async () => {
  const retries = new RetryQueue(() => {});
  const answer = retries.retryUntilSuccess(failing(1), always);
  await vi.advanceTimersByTimeAsync(0);
  retries.retryNow();
  expect(await answer).toBe(2);
});

test('what is not wanted any more is dropped, and its failure with it', async () => {
  const retries = new RetryQueue(() => {});
  let isWanted = true;
  const settled = vi.fn();
  void retries.retryUntilSuccess(failing(1), () => isWanted).then(settled);
  await vi.advanceTimersByTimeAsync(0);
  isWanted = false;
  retries.retryNow();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(settled).not.toHaveBeenCalled();
  expect(retries.error).toBeNull();
});
