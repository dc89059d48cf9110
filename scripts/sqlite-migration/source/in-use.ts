import { readdir, readFile, readlink } from 'node:fs/promises';

export type Holder = { pid: number; command: string };

/** Processes that have one of the files open, where the system tells (Linux). */
export async function findHolders(paths: string[]): Promise<Holder[]> {
  const wanted = new Set(paths);
  const holders: Holder[] = [];
  for (const pid of await list('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    for (const fd of await list(`/proc/${pid}/fd`)) {
      const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '');
      if (!wanted.has(target)) continue;
      holders.push({ pid: Number(pid), command: await commandOf(pid) });
      break;
    }
  }
  return holders;
}

// A process that ends meanwhile, or is another user's, tells nothing; neither does another system.
const list = (folder: string) => readdir(folder).catch((): string[] => []);

async function commandOf(pid: string): Promise<string> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return line.split('\0').filter(Boolean).join(' ').slice(0, 100);
}
