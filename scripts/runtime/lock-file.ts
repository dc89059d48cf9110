import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { constants, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { access, link, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '@/lib/make-folder';
import { poll } from '@/lib/retry';

/** A process, told apart from a later one that was given the same number. */
export type ProcessId = { pid: number; born: string };

export type LockFile<T> = {
  /** What the holder before had written, if it died without releasing it. */
  abandoned: T | undefined;
  update(content: T): void;
  release(): Promise<void>;
};

type Record<T> = { holder: ProcessId; content: T };

/**
 * Makes `file` this process's, with `content` for others to read: the lock, or the content of
 * the living process that holds it. What a process that has died still holds counts as abandoned.
 */
export async function acquireLockFile<T>(
  file: string,
  content: T,
): Promise<LockFile<T> | { heldBy: T }> {
  const holder = processId(process.pid);
  const draft = `${file}.${randomUUID()}`;
  const write = (value: T) => {
    const record: Record<T> = { holder, content: value };
    writeFileSync(draft, JSON.stringify(record, null, 2), { mode: 0o600 });
  };
  /** Undefined where another process came in between. */
  const attempt = async (): Promise<{ abandoned: T | undefined } | { heldBy: T } | undefined> => {
    try {
      write(content);
    } catch (error) {
      // Some folders let us in and take no file.
      throw notWritable(dirname(file), error);
    }
    if (await succeeds(link(draft, file), 'EEXIST')) return { abandoned: undefined };
    const found = await read<T>(file);
    if (!found) return undefined;
    if (isAlive(found.holder)) return { heldBy: found.content as T };
    // One at a time may put its record in the place of the dead one's.
    const turn = `${file}.takeover`;
    if (await succeeds(link(draft, turn), 'EEXIST')) {
      const dead = await read<T>(file);
      const isStillDead = dead && !isAlive(dead.holder);
      if (isStillDead) await rename(draft, file);
      await rm(turn);
      return isStillDead ? { abandoned: dead.content } : undefined;
    }
    const other = await read<T>(turn);
    if (other && !isAlive(other.holder)) await rm(turn, { force: true });
    return undefined;
  };
  await makeWritable(dirname(file));
  const outcome = await poll(attempt, { everyMs: 5 }).finally(() => rm(draft, { force: true }));
  if ('heldBy' in outcome) return outcome;
  return {
    ...outcome,
    update(value) {
      // Its folder may have been deleted while we run; that must not keep us from stopping.
      if (!existsSync(file)) return;
      try {
        write(value);
        renameSync(draft, file);
      } catch (error) {
        // Nor must a disk that is full: others read what was written last.
        console.warn(`${file} could not be brought up to date: ${(error as Error).message}`);
      }
    },
    release: () => rm(file, { force: true }),
  };
}

/** What the living process that holds `file` has written; undefined when there is none. */
export async function readLockFile<T>(file: string): Promise<T | undefined> {
  const found = await read<T>(file);
  return found && isAlive(found.holder) ? found.content : undefined;
}

/** Makes `folder` where it is not there. */
export async function makeWritable(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
    await access(folder, constants.W_OK);
  } catch (error) {
    throw notWritable(folder, error);
  }
}

function notWritable(folder: string, cause: unknown): Error {
  const { code = '' } = cause as NodeJS.ErrnoException;
  const why = WHY_NOT[code];
  const reason = why ? `${why}, ${code}` : code;
  return new Error(`${folder} cannot be written to (${reason}).`, { cause });
}

const WHY_NOT: { [code: string]: string } = {
  EACCES: 'this user may not write there',
  EPERM: 'nobody may write there',
  ENOSPC: 'its disk is full',
  EROFS: 'its disk is read-only',
  EEXIST: 'there is a file of that name',
  ENOTDIR: 'a file stands in its path',
  ENOENT: 'nothing can be made there',
};

async function succeeds(work: Promise<void>, unless: string): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === unless) return false;
    throw error;
  }
}

async function read<T>(file: string): Promise<Record<T | undefined> | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    // It appears whole or not at all, unless the power went away: nobody who lives wrote that.
    if (error instanceof SyntaxError) return TORN;
    throw error;
  }
}

const TORN = { holder: { pid: 0, born: '' }, content: undefined };

export function processId(pid: number): ProcessId {
  return { pid, born: birth(pid) };
}

export function isAlive({ pid, born }: ProcessId): boolean {
  return born !== '' && birth(pid) === born;
}

/** When `pid` was started; empty for one that has ended. */
function birth(pid: number): string {
  try {
    if (process.platform !== 'linux') {
      return String(
        execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { stdio: 'pipe' }),
      ).trim();
    }
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The fields after the name, which may hold anything: 0 is the state, 19 the start in ticks.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? '' : (fields[19] ?? '');
  } catch {
    return ''; // There is no such process.
  }
}
