import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../runtime/root';
import { withImportTables } from './import-tables';
import { renderApi } from './render';

test('docs/api.md says what the router does; `npm run docs` writes it anew', async () => {
  expect(await readFile(join(ROOT, 'docs', 'api.md'), 'utf8')).toBe(renderApi());
});

test('docs/import-export.md has the tables of formats and notations', async () => {
  const page = await readFile(join(ROOT, 'docs', 'import-export.md'), 'utf8');
  expect(page).toBe(withImportTables(page));
});
