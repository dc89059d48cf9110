import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { ML_SCHEMA, renderMlSchema } from './ml-schema';

test('the ML service holds runs against this contract; `npm run docs` writes it anew', async () => {
  expect(await readFile(ML_SCHEMA, 'utf8')).toBe(renderMlSchema());
});
