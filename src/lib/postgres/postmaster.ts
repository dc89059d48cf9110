import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Postmaster = { pid: number; ready: boolean };

/** What postmaster.pid says, whether or not it is true. */
export function readPostmasterFile(dataDir: string): Postmaster | undefined {
  try {
    const lines = readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), ready: lines[7]?.trim() === 'ready' };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Is `pid` a PostgreSQL on `dataDir`, rather than a stranger who was given the number since? */
export function isPostmaster(pid: number, dataDir: string): boolean {
  return commandLine(pid).includes(`/postgres -D ${dataDir} -c `);
}

/** What a process was started with, its words joined by spaces; empty once it has ended. */
export function commandLine(pid: number): string {
  try {
    return process.platform === 'linux'
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ')
      : String(execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { stdio: 'pipe' }));
  } catch {
    return ''; // There is no such process.
  }
}
