import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { runToEnd, startChild, stopGroup } from './child';
import { isAlive, processId } from './lock-file';

/** A shell that starts a process of its own, and says its number once it is ready. */
function startFamily(script: string) {
  let family = '';
  const child = startChild('sh', ['-c', script], {
    env: process.env,
    onLine: (line) => {
      family = line;
    },
  });
  onTestFinished(() => stopGroup(child.id, true));
  return { child, grandchild: async () => processId(Number(await until(() => family))) };
}

async function until<T>(read: () => T): Promise<T> {
  while (!read()) await sleep(10);
  return read();
}

test('stops a process and what it started', async () => {
  const { child, grandchild } = startFamily('sleep 60 & echo $!; wait');
  const below = await grandchild();
  await stopGroup(child.id, false);
  expect(await child.ended).toBe('signal SIGTERM');
  expect([isAlive(child.id), isAlive(below)]).toEqual([false, false]);
});

test('stops in a hurry what does not listen', async () => {
  const { child, grandchild } = startFamily('trap "" TERM; sleep 60 & echo $!; wait; sleep 60');
  const below = await grandchild();
  await stopGroup(child.id, true);
  expect(await child.ended).toBe('signal SIGKILL');
  await until(() => !isAlive(below));
});

test('tells how a program failed, with its last lines, and keeps all of them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'candle-annotator-child-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const log = join(folder, 'log');
  const args = ['-c', 'for i in $(seq 100); do echo line $i; done; exit 3'];
  const run = runToEnd('sh', args, log, { env: process.env, onLine: () => {} });
  await expect(run).rejects.toThrow(/exit code 3\. .*\nline 61\n(line \d+\n)*line 100$/);
  expect(await readFile(log, 'utf8')).toMatch(/^line 1\n/);
});

test('tells that a program is not there', async () => {
  const child = startChild('/nowhere/program', [], { env: {}, onLine: () => {} });
  expect(await child.ended).toContain('ENOENT');
});
