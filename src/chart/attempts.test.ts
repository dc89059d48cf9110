import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Attempts } from './attempts';

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
  const attempts = new Attempts(() => told.push(attempts.error));
  const answer = attempts.persist(failing(2), always);
  await vi.advanceTimersByTimeAsync(2_999);
  expect(attempts.error).toBe('Candles could not be loaded (no connection). Trying again.');
  await vi.advanceTimersByTimeAsync(1);
  expect(await answer).toBe(3);
  expect(attempts.error).toBeNull();
  expect(told).toHaveLength(3);
});

test('one that works does not hide one that fails', async () => {
  const attempts = new Attempts(() => {});
  void attempts.persist(failing(9), always);
  await attempts.persist(failing(0), always);
  expect(attempts.error).not.toBeNull();
});

test('hurried, it does not wait for its turn', async () => {
  const attempts = new Attempts(() => {});
  const answer = attempts.persist(failing(1), always);
  await vi.advanceTimersByTimeAsync(0);
  attempts.hurry();
  expect(await answer).toBe(2);
});

test('what is not wanted any more is dropped, and its failure with it', async () => {
  const attempts = new Attempts(() => {});
  let isWanted = true;
  const settled = vi.fn();
  void attempts.persist(failing(1), () => isWanted).then(settled);
  await vi.advanceTimersByTimeAsync(0);
  isWanted = false;
  attempts.hurry();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(settled).not.toHaveBeenCalled();
  expect(attempts.error).toBeNull();
});
