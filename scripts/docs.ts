import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderApi } from './docs/render';
import { ROOT } from './runtime/root';

/** Writes docs/api.md anew from the router. */
await writeFile(join(ROOT, 'docs', 'api.md'), renderApi());
