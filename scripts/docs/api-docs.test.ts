import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../runtime/root';
import { renderApi } from './render';

test('docs/api.md says what the router does; `npm run docs` writes it anew', async () => {
  expect(await readFile(join(ROOT, 'docs', 'api.md'), 'utf8')).toBe(renderApi());
});
