import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../runtime/root';

const FOLDER = join(ROOT, 'scripts');
const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);
const textOf = (file: string) => readFileSync(join(FOLDER, file), 'utf8');

test('scripts/*.ts are entry points of at most 30 lines', () => {
  const entries = files.filter((file) => !file.includes('/'));
  expect(entries.length).toBeGreaterThan(10);
  expect(entries.filter((file) => textOf(file).split('\n').length > 31)).toEqual([]);
});

/** It is deleted one day: docs/decisions says when. */
test('nothing but its entry point and its benchmark imports the migration from SQLite', () => {
  const importers = files
    .filter((file) => !file.startsWith('sqlite-migration/'))
    .filter((file) =>
      /from '[^']*\/sqlite-migration\/|import\('[^']*\/sqlite-migration\//.test(textOf(file)),
    );
  expect(importers.sort()).toEqual(['bench/migrate.ts', 'migrate-sqlite.ts']);
});
