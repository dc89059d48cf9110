import { expect, onTestFinished, test, vi } from 'vitest';
import { supervise } from './supervise';

const endsWith = (how: string) => ({ ended: Promise.resolve(how), lastLines: ['its last line'] });
const limits = { mostEnds: 3, firstPauseMs: 1, longestPauseMs: 4 };

test('starts again what ends by itself, and gives up when it does so too often', async () => {
  let starts = 0;
  const again = async () => {
    starts++;
    return endsWith('exit code 1');
  };
  const why = await supervise('web', endsWith('signal SIGKILL'), again, limits);
  expect(why).toBe('it ended 4 times within ten minutes');
  expect(starts).toBe(3);
});

test('a start that fails counts as an end', async () => {
  let starts = 0;
  const again = async () => {
    starts++;
    throw new Error('no port is free');
  };
  expect(await supervise('web', endsWith('exit code 1'), again, limits)).toContain('4 times');
  expect(starts).toBe(3);
});

test('a clock that jumps makes it neither more nor less patient', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  onTestFinished(() => void vi.useRealTimers());
  const again = async () => {
    vi.setSystemTime(Date.now() + 86_400_000);
    return endsWith('exit code 1');
  };
  expect(await supervise('web', endsWith('exit code 1'), again, limits)).toContain('4 times');
});
