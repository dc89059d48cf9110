import { readFileSync } from 'node:fs';
import { isAlive, type ProcessId, processId } from './lock-file';

const LOOK_MS = 500;
const SHELL = /^(ba|da|z|k|a)?sh$/;

/**
 * Calls `onGone` when npm, or the shell that it runs a script by, has been killed in a way that it
 * could not pass on. Does nothing where npm did not start this process.
 */
export function watchAncestors(onGone: () => void): void {
  if (!process.env.npm_lifecycle_event) return;
  const ancestors = findAncestors(process.ppid);
  const timer = setInterval(() => {
    if (process.ppid === ancestors[0]?.pid && ancestors.every(isAlive)) return;
    clearInterval(timer);
    onGone();
  }, LOOK_MS).unref();
}

/** Our parent; and npm above it, when the parent is a shell that npm has started. */
function findAncestors(parent: number): ProcessId[] {
  const { name, ppid } = readStatus(parent);
  const npm = SHELL.test(name) && ppid > 1 ? [processId(ppid)] : [];
  return [processId(parent), ...npm];
}

/** What Linux says of a process; elsewhere, and of one that has gone, nothing. */
function readStatus(pid: number): { name: string; ppid: number } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const end = stat.lastIndexOf(')');
    const name = stat.slice(stat.indexOf('(') + 1, end);
    return { name, ppid: Number(stat.slice(end + 2).split(' ')[1]) };
  } catch {
    return { name: '', ppid: 0 };
  }
}
