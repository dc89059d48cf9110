import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ROOT } from './runtime/root';

const KEPT = join(ROOT, 'node_modules/.cache/candle-annotator');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'candle-annotator-one-file-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  for (const name of await kept()) await rm(join(KEPT, name));
});

const kept = async () => (await readdir(KEPT)).filter((name) => name.includes(basename(folder)));
const run = (script: string) =>
  execFileSync('node', ['scripts/as-one-file.mjs', script, 'x'], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: 'pipe',
  });

test('a script is made into one file once, and anew when something that it imports has changed', async () => {
  const script = join(folder, 'script.ts');
  const part = join(folder, 'part.ts');
  await writeFile(part, 'export const word: string = "first";');
  await writeFile(
    script,
    `import { basename } from 'node:path';
     import { word } from './part';
     console.log(word, basename(import.meta.url), process.argv.slice(2).join());`,
  );
  expect(run(script)).toBe('first script.ts x\n');
  const made = await kept();
  expect(made).toHaveLength(2);
  // What is kept is what runs.
  const file = join(KEPT, made.find((name) => name.endsWith('.mjs'))!);
  await writeFile(file, 'console.log("kept")');
  expect(run(script)).toBe('kept\n');

  await writeFile(part, 'export const word: string = "other";');
  expect(run(script)).toBe('other script.ts x\n');
  expect(await kept()).toEqual(made);

  await rm(part);
  expect(() => run(script)).toThrow('Could not resolve "./part"');
});
