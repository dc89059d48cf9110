import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

export type Imported = { candles: number; seconds: number; peakMb: number };

/** Imports a file as `npm run import` does, the start of Node apart. */
export async function runImport(url: string, path: string): Promise<Imported> {
  const child = join(import.meta.dirname, 'import-child.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...['--import', 'tsx', child],
    ...[url, path],
  ]);
  return JSON.parse(stdout);
}
