import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LATE_MS, TaskQueue } from './task-queue';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const queueOf = () => {
  const errors: unknown[] = [];
  return { errors, queue: new TaskQueue((error) => errors.push(error)) };
};
const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

test('runs at once what waits for nothing', () => {
  const { queue } = queueOf();
  const done: number[] = [];
  queue.add(() => void done.push(1));
  queue.add(() => void done.push(2));
  expect(done).toEqual([1, 2]);
});

test('runs each after the one before it has ended, however long that takes', async () => {
  const { queue } = queueOf();
  const done: string[] = [];
  let cursor = 0;
  for (let key = 0; key < 12; key += 1) {
    queue.add(async () => {
      const from = cursor;
      await after(1_200);
      cursor = from + 10;
    });
  }
  queue.add(() => void done.push(`ends at ${cursor}`));
  expect(done).toEqual([]);
  await vi.advanceTimersByTimeAsync(12 * 1_200);
  expect(done).toEqual(['ends at 120']);
});

test('goes on after one that fails, at once or later', async () => {
  const { queue, errors } = queueOf();
  const done: number[] = [];
  queue.add(() => {
    throw new Error('at once');
  });
  queue.add(async () => {
    await after(10);
    throw new Error('later');
  });
  queue.add(() => void done.push(3));
  await vi.advanceTimersByTimeAsync(10);
  expect(done).toEqual([3]);
  expect(errors).toEqual([new Error('at once'), new Error('later')]);
});

test('keeps the order of what a task itself asks for', async () => {
  const { queue } = queueOf();
  const done: string[] = [];
  queue.add(() => {
    queue.add(() => void done.push('inner'));
    done.push('outer');
  });
  expect(done).toEqual(['outer', 'inner']);
});

test('says when something takes long, and can then be told to drop it and what waits', async () => {
  const { queue } = queueOf();
  const done: string[] = [];
  const heard = vi.fn();
  queue.subscribe(heard);
  queue.add(async (signal) => {
    await after(60_000);
    if (!signal.aborted) done.push('moved');
  });
  queue.add(() => void done.push('ended'));
  await vi.advanceTimersByTimeAsync(LATE_MS - 1);
  expect(queue.lateCount()).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(queue.lateCount()).toBe(2);
  expect(heard).toHaveBeenCalledTimes(1);
  queue.drop();
  expect(queue.lateCount()).toBe(0);
  expect(queue.isIdle()).toBe(true);
  queue.add(() => void done.push('fresh'));
  await vi.advanceTimersByTimeAsync(120_000);
  expect(done).toEqual(['fresh']);
});

test('settles once all has ended, also what was asked for meanwhile', async () => {
  const { queue } = queueOf();
  const done: string[] = [];
  await queue.settled();
  queue.add(async () => {
    await after(10);
    queue.add(() => after(10).then(() => void done.push('inner')));
  });
  const settled = queue.settled().then(() => void done.push('settled'));
  expect(queue.isIdle()).toBe(false);
  await vi.advanceTimersByTimeAsync(20);
  await settled;
  expect(done).toEqual(['inner', 'settled']);
  expect(queue.isIdle()).toBe(true);
});
