import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { acquireLockFile, isAlive, type LockFile, processId, readLockFile } from './lock-file';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'candle-annotator-lock-file-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Locks `file` in a process of its own, which is then killed. */
async function abandon(file: string, content: string) {
  const program = `
    const { acquireLockFile } = await import(${JSON.stringify(join(import.meta.dirname, 'lock-file.ts'))});
    await acquireLockFile(${JSON.stringify(file)}, ${JSON.stringify(content)});
    process.kill(process.pid, 'SIGKILL');`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', program];
  await once(spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] }), 'close');
}

test('one of many at once gets it, the others learn what it says', async () => {
  const file = join(folder, 'free');
  const results = await Promise.all(Array.from({ length: 20 }, (_, i) => acquireLockFile(file, i)));
  const mine = results.filter((result): result is LockFile<number> => !('heldBy' in result));
  const others = results.flatMap((result) => ('heldBy' in result ? [result.heldBy] : []));
  expect(mine).toHaveLength(1);
  expect(new Set(others).size).toBe(1);
  mine[0]?.update(99);
  expect(await acquireLockFile(file, 0)).toEqual({ heldBy: 99 });
  await mine[0]?.release();
  expect(await readdir(folder)).toEqual([]);
});

test('one of many at once takes over from a process that was killed', async () => {
  const file = join(folder, 'abandoned');
  await abandon(file, 'its children');
  const results = await Promise.all(
    Array.from({ length: 20 }, () => acquireLockFile(file, 'mine')),
  );
  const taken = results.filter((result) => !('heldBy' in result));
  expect(taken).toMatchObject([{ abandoned: 'its children' }]);
  expect(results.filter((result) => 'heldBy' in result)).toHaveLength(19);
});

test('a recycled process number is not the process that was', async () => {
  const now = processId(process.pid);
  expect(isAlive(now)).toBe(true);
  expect(isAlive({ ...now, born: '1' })).toBe(false);
  const child = spawn('true');
  const id = processId(child.pid ?? 0);
  await once(child, 'close');
  expect(isAlive(id)).toBe(false);
  expect(isAlive(processId(child.pid ?? 0))).toBe(false);
});

test.each([['nothing'], ['{"holder": {"pi']])(
  'one of many at once takes over what the power left of it',
  async (text) => {
    const file = join(folder, 'torn');
    await writeFile(file, text === 'nothing' ? '' : text);
    expect(await readLockFile(file)).toBeUndefined();
    const results = await Promise.all(
      Array.from({ length: 20 }, () => acquireLockFile(file, 'mine')),
    );
    const taken = results.filter((result) => !('heldBy' in result));
    expect(taken).toMatchObject([{ abandoned: undefined }]);
    await (taken[0] as LockFile<string>).release();
  },
);

test.each([
  ['a file of its name', 'file', 'there is a file of that name, EEXIST'],
  ['a file in its path', 'file/a/b', 'a file stands in its path, ENOTDIR'],
  ['a folder that takes no file', '/proc', 'nothing can be made there, ENOENT'],
  // Node itself would look for ever for a place in it.
  ['a folder that takes none', '/proc/a/b', 'nothing can be made there, ENOENT'],
])('says which folder cannot be written to, and why: %s', async (_, name, why) => {
  await writeFile(join(folder, 'file'), '');
  const refused = resolve(folder, name);
  await expect(acquireLockFile(join(refused, 'lock-file'), 0)).rejects.toThrow(
    `${refused} cannot be written to (${why}).`,
  );
});
