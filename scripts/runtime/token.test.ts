import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureToken } from './token';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'candle-annotator-token-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a token is made once, for this user alone, and again where the file was emptied', async () => {
  const file = await ensureToken(join(folder, 'new'));
  const token = await readFile(file, 'utf8');
  expect(token).toMatch(/^[\w-]{43}\n$/);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await ensureToken(join(folder, 'new'));
  expect(await readFile(file, 'utf8')).toBe(token);
  await writeFile(file, '\n');
  await ensureToken(join(folder, 'new'));
  expect(await readFile(file, 'utf8')).toMatch(/^[\w-]{43}\n$/);
});

test('one that could be guessed is refused by name', async () => {
  await writeFile(join(folder, 'token'), 'secret');
  await expect(ensureToken(folder)).rejects.toThrow(
    `${join(folder, 'token')} has to hold a token of at least 32 letters`,
  );
  expect(await readFile(join(folder, 'token'), 'utf8')).toBe('secret');
});
