import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Paths of temporary files and folders named `prefix`, a process's number and `-…` whose process has ended. */
export async function abandonedFolders(prefix: string): Promise<string[]> {
  const names = await readdir(tmpdir());
  return names
    .filter((name) => {
      const owner = name.startsWith(prefix) && Number(name.slice(prefix.length).split('-')[0]);
      return owner && !isAlive(owner);
    })
    .map((name) => join(tmpdir(), name));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
