import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ML_SCHEMA, renderMlSchema } from './docs/ml-schema';
import { renderApi } from './docs/render';
import { ROOT } from './runtime/root';

/** Writes anew what is made from the router and the contract. */
await writeFile(join(ROOT, 'docs', 'api.md'), renderApi());
await writeFile(ML_SCHEMA, renderMlSchema());
