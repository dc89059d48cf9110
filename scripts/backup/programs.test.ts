import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { CACHE } from '../runtime/root';
import { findPrograms } from './programs';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'candle annotator programs '));
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rm(folder, { recursive: true }));

/** A folder with programs that say they are of this version. */
async function programsOf(version: string) {
  const bin = join(folder, version);
  await mkdir(bin);
  for (const name of ['pg_dump', 'pg_restore', 'psql']) {
    await writeFile(join(bin, name), `#!/bin/sh\necho "${name} (PostgreSQL) ${version}"\n`);
    await chmod(join(bin, name), 0o755);
  }
  return bin;
}

test('the first on the PATH that are as new as the server', async () => {
  const [old, next] = [await programsOf('15.20'), await programsOf('18.6')];
  vi.stubEnv('PATH', [old, next].join(':'));
  const say = vi.fn();
  expect((await findPrograms(15, folder, say)).pgDump).toBe(join(old, 'pg_dump'));
  expect(await findPrograms(16, folder, say)).toEqual({
    pgDump: join(next, 'pg_dump'),
    pgRestore: join(next, 'pg_restore'),
    psql: join(next, 'psql'),
  });
  expect(say).not.toHaveBeenCalled();
});

test('says what to install where there is nothing to download them with', async () => {
  vi.stubEnv('PATH', folder);
  const found = findPrograms(18, folder, () => {});
  await expect(found).rejects.toThrow(
    /needs pg_dump, .* of PostgreSQL 18 or newer.* neither uv nor Python .*postgresql-client-18/,
  );
});

test('says so when the server is newer than all of them', async () => {
  const found = findPrograms(99, CACHE, () => {});
  await expect(found).rejects.toThrow('The server is PostgreSQL 99, and neither the PATH nor');
});
