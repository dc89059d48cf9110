import { expect, test } from 'vitest';
import { createBackoff, poll, within } from './retry';

test('poll answers what it finds, however late within its time', async () => {
  let looks = 0;
  const found = await poll(() => (++looks === 3 ? looks : undefined), {
    everyMs: 1,
    timeoutMs: 5000,
  });
  expect(found).toBe(3);
});

test('poll looks once at least, and gives up when its time is over', async () => {
  let looks = 0;
  const nothing = () => {
    looks++;
    return undefined;
  };
  expect(await poll(nothing, { everyMs: 10, timeoutMs: 0 })).toBeUndefined();
  expect(looks).toBe(1);
  expect(await poll(nothing, { everyMs: 1, timeoutMs: 20 })).toBeUndefined();
  expect(looks).toBeGreaterThan(2);
});

test('poll passes an error on', async () => {
  const broken = () => Promise.reject(new Error('broken'));
  await expect(poll(broken, { everyMs: 1 })).rejects.toThrow('broken');
});

test('within answers what comes in time, and says what did not', async () => {
  expect(await within(5000, Promise.resolve(1), 'late')).toBe(1);
  await expect(within(5, new Promise(() => {}), 'no answer')).rejects.toThrow('no answer');
});

test('pauses double up to the longest and begin anew', () => {
  const backoff = createBackoff({ firstMs: 100, longestMs: 350 });
  expect([backoff.next(), backoff.next(), backoff.next(), backoff.next()]).toEqual([
    100, 200, 350, 350,
  ]);
  backoff.reset();
  expect(backoff.next()).toBe(100);
});
