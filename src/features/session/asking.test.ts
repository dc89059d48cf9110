import { expect, test } from 'vitest';
import { createAsking } from './asking';

/** Answers what it is asked, when `answer` says so. */
function slowServer() {
  const heard: string[] = [];
  const answers: (() => void)[] = [];
  const send = (wanted: string) => {
    heard.push(wanted);
    return new Promise<string>((resolve, reject) => {
      answers.push(() =>
        wanted === 'refused' ? reject(new Error('No.')) : resolve(`answer to ${wanted}`),
      );
    });
  };
  const answer = async () => {
    await expect.poll(() => answers.length).toBeGreaterThan(0);
    answers.shift()?.();
  };
  return { send, heard, answer };
}

test('of two that are asked at once the second is sent after the first, and only its answer counts', async () => {
  const server = slowServer();
  const asking = createAsking(server.send);
  const [first, second] = [asking.ask('first'), asking.ask('second')];
  await server.answer();
  expect(await first).toBeNull();
  expect(server.heard).toEqual(['first', 'second']);
  expect(asking.getState().isPending).toBe(true);
  await server.answer();
  expect(await second).toBe('answer to second');
  expect(asking.getState()).toEqual({ isPending: false, problem: null });
});

test('a refusal is told, and holds up nothing', async () => {
  const server = slowServer();
  const asking = createAsking(server.send);
  const [first, second] = [asking.ask('refused'), asking.ask('second')];
  await server.answer();
  expect(await first).toBeNull();
  expect(asking.getState().problem).toBe('No.');
  await server.answer();
  expect(await second).toBe('answer to second');
});
