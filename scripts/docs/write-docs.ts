import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../runtime/root';
import { ML_SCHEMA, renderMlSchema } from './ml-schema';
import { renderApi } from './render';

export async function writeDocs(): Promise<void> {
  await writeFile(join(ROOT, 'docs', 'api.md'), renderApi());
  await writeFile(ML_SCHEMA, renderMlSchema());
}
