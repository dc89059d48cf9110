import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../runtime/root';

/** File, what it imports or says, and a part of what it is told. */
const REFUSED = [
  ['src/contract/a.ts', "import '@/lib/time';", 'it imports zod, superjson and its own files'],
  ['src/contract/b.ts', "import 'clsx';", 'it imports zod, superjson and its own files'],
  ['src/editor/a.ts', "import '@/chart/view';", 'pixels belong in src/chart'],
  ['src/editor/b.ts', "import 'react';", 'src/editor knows no React'],
  ['src/chart/a.ts', "import '@/features/session/sync/sync';", 'belongs in src/features'],
  ['src/features/labels/a.ts', "import '@/server/errors';", 'through the hooks of src/trpc'],
  ['src/features/labels/b.ts', "export * from '@/lib/db';", 'through the hooks of src/trpc'],
  ['src/features/labels/c.ts', "import '../../lib/db';", 'never by a path out of this one'],
  ['src/features/labels/d.ts', "await import('@/app/page');", 'through the hooks of src/trpc'],
  ['src/features/labels/e.ts', "import '../../../scripts/start';", 'never by a path out of'],
  ['src/features/labels/g.ts', "import '../workbench/top-bar';", 'belongs in src/features/session'],
  ['src/features/session/a.ts', "import '../annotate/swatch';", 'it imports none of them'],
  ['src/features/labels/f.ts', "import 'lightweight-charts';", 'Only src/chart imports'],
  ['src/components/a.ts', "import '@/contract/charts';", 'could ship in another product'],
  ['src/trpc/a.ts', "import '@/server/errors';", 'only the type AppRouter'],
  ['src/trpc/b.ts', "import { appRouter } from '@/server/root';", 'only a type may be imported'],
  ['src/server/charts/a.ts', "import '@/editor/editor';", 'may import contract and lib'],
  ['src/server/charts/b.ts', "import '../../lib/env';", 'never by a path out of this one'],
  [
    'src/server/charts/router.ts',
    "import { eq } from 'drizzle-orm';",
    'Queries belong in a data.ts',
  ],
  ['src/server/charts/c.ts', 'export const a = sql.raw(text);', 'Raw SQL'],
  ['src/lib/a.ts', "import '@/contract/charts';", 'lies at the bottom'],
  ['src/lib/b.ts', 'export const a = process.env.HOME;', "Don't use process.env"],
  ['src/app/a.ts', "import '@/server/root';", 'src/app holds routes and layouts'],
  ['src/app/b.ts', "'use server';", 'No server actions'],
  ['scripts/a.ts', "import '@/features/session/sync/sync';", 'scripts may import lib'],
] as const;

const ALLOWED = [
  ['src/server/http/serve.ts', "import 'next';\nimport '@/lib/env';\nimport '../root';"],
  ['src/server/charts/data.ts', "import 'drizzle-orm';\nimport '@/lib/db';\nimport '../errors';"],
  ['src/lib/time.ts', "import type { UtcSeconds } from '@/contract/units';"],
  ['src/trpc/client.ts', "import type { AppRouter } from '@/server/root';"],
  ['src/features/labels/a.test.ts', "import '@/server/testing';\nimport '../session/sync/sync';"],
  ['src/chart/view.ts', "import 'lightweight-charts';\nimport '@/editor/editor';"],
] as const;

let folder: string;
let found: Map<string, string>;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'candle-annotator-arrow-')));
  for (const name of ['biome.json', '.gitignore', 'scripts/checks/lint-rules']) {
    await cp(join(ROOT, name), join(folder, name), { recursive: true });
  }
  for (const [file, text] of [...REFUSED, ...ALLOWED]) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), `${text}\n`);
  }
  found = await lint();
});
afterAll(() => rm(folder, { recursive: true }));

test.each(REFUSED)('%s may not say %s', (file, _text, message) => {
  expect(found.get(file)).toContain(message);
});

test.each(ALLOWED)('%s may say %s', (file) => {
  expect(found.get(file) ?? '').not.toMatch(/noRestrictedImports|plugin/);
});

/** All that Biome has to say, by file. */
async function lint(): Promise<Map<string, string>> {
  const biome = join(ROOT, 'node_modules', '.bin', 'biome');
  const output = await new Promise<string>((resolve) => {
    const args = ['lint', '--max-diagnostics=none', '--colors=off', '.'];
    execFile(biome, args, { cwd: folder }, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
  const parts = output.split(/^((?:src|scripts)\/\S+?)(?=:\d+:\d+| )/m).slice(1);
  const byFile = new Map<string, string>();
  for (let i = 0; i < parts.length; i += 2) {
    const file = parts[i] ?? '';
    byFile.set(file, (byFile.get(file) ?? '') + parts[i + 1]?.replace(/\s+/g, ' '));
  }
  return byFile;
}
