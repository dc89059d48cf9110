import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { poll } from '@/lib/retry';
import { claim } from './claim';
import { type Part, say } from './say';

/** The project's folder. */
export const ROOT = resolve(import.meta.dirname, '../..');

/** What all starts of this checkout share: their claims and logs. */
export const CACHE = join(ROOT, 'node_modules', '.cache', 'candle-annotator');

/** Does `work` on something that all starts of this checkout share, one after the other. */
export async function whileClaimed<T>(
  name: string,
  part: Part,
  work: () => Promise<T>,
): Promise<T> {
  const file = join(CACHE, `${name}.json`);
  let said = false;
  const held = await poll(
    async () => {
      const result = await claim(file, null);
      if (!('heldBy' in result)) return result;
      if (!said) say(part, `waiting for another start that is at the same (${name})`);
      said = true;
      return undefined;
    },
    { everyMs: 250 },
  );
  return await work().finally(held.release);
}

/** A hash of the files that are there. */
export async function hashFiles(files: string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files.sort()) {
    if (existsSync(file)) hash.update(`${file}\n`).update(await readFile(file));
  }
  return hash.digest('hex');
}
