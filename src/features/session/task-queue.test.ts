import { expect, test } from 'vitest';
import { createTaskQueue } from './task-queue';

const queueOf = () => {
  const errors: unknown[] = [];
  return { errors, queue: createTaskQueue((error) => errors.push(error)) };
};

test('where nothing is under way a task runs at once', () => {
  const { queue } = queueOf();
  const ran: number[] = [];
  queue.run(() => void ran.push(1));
  expect(ran).toEqual([1]);
});

test('tasks run in their order, whatever each takes', async () => {
  const { queue } = queueOf();
  const ran: number[] = [];
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  queue.run(async () => {
    await gate;
    ran.push(1);
  });
  queue.run(() => void ran.push(2));
  queue.run(async () => void ran.push(3));
  expect(ran).toEqual([]);
  open();
  await queue.settled();
  expect(ran).toEqual([1, 2, 3]);
  queue.run(() => void ran.push(4));
  expect(ran).toEqual([1, 2, 3, 4]);
});

test('a task that fails is told of, and the next one runs', async () => {
  const { queue, errors } = queueOf();
  const ran: number[] = [];
  queue.run(async () => Promise.reject(new Error('no candles')));
  queue.run(() => void ran.push(2));
  await queue.settled();
  expect(errors).toEqual([new Error('no candles')]);
  expect(ran).toEqual([2]);
});
