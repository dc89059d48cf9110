import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../runtime/root';
import { withImportTables } from './import-tables';
import { ML_SCHEMA, renderMlSchema } from './ml-schema';
import { renderApi } from './render';

export async function writeDocs(): Promise<void> {
  await writeFile(join(ROOT, 'docs', 'api.md'), renderApi());
  const page = join(ROOT, 'docs', 'import-export.md');
  await writeFile(page, withImportTables(await readFile(page, 'utf8')));
  await writeFile(ML_SCHEMA, renderMlSchema());
}
