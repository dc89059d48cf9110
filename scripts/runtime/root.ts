import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { poll } from '@/lib/retry';
import { acquireLockFile } from './lock-file';
import { log, type Part } from './log';

/** The project's folder. */
export const ROOT = resolve(import.meta.dirname, '../..');

/** What all starts of this checkout share: their locks and logs. */
export const CACHE = join(ROOT, 'node_modules', '.cache', 'candle-annotator');

/** Does `work` on something that all starts of this checkout share, one after the other. */
export async function withLockFile<T>(
  name: string,
  part: Part,
  work: () => Promise<T>,
): Promise<T> {
  const file = join(CACHE, `${name}.json`);
  let said = false;
  const held = await poll(
    async () => {
      const result = await acquireLockFile(file, null);
      if (!('heldBy' in result)) return result;
      if (!said) log(part, `waiting for another start that is at the same (${name})`);
      said = true;
      return undefined;
    },
    { everyMs: 250 },
  );
  return await work().finally(held.release);
}

/** A hash of the project's files that are there; the same wherever the project lies. */
export async function hashFiles(files: string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files.sort()) {
    if (!existsSync(file)) continue;
    hash.update(`${relative(ROOT, file)}\n`).update(await readFile(file));
  }
  return hash.digest('hex');
}
