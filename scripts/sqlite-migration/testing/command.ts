import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { scripts } from '../../../package.json';
import { ROOT } from '../../runtime/root';

export type Ended = { code: number | null; output: string; seconds: number };

/** Starts `npm run migrate:sqlite` as npm does, in a process of its own. */
export function startCommand(
  url: string | null,
  args: string[],
  more: Record<string, string> = {},
  /** No file that it writes may grow beyond it. */
  mostKilobytes?: number,
) {
  const { DATABASE_URL: _, DIRECT_DATABASE_URL: __, ...environment } = process.env;
  const [, ...command] = scripts['migrate:sqlite'].split(' ');
  const since = performance.now();
  const limit = mostKilobytes ? `ulimit -f ${mostKilobytes};` : '';
  const shell = ['-c', `${limit} exec "$@"`, 'bash'];
  const child = spawn('bash', [...shell, process.execPath, ...command, ...args], {
    cwd: ROOT,
    env: { ...environment, ...(url ? { DATABASE_URL: url } : {}), ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const ended: Promise<Ended> = once(child, 'close').then(([code]) => ({
    code,
    output,
    seconds: (performance.now() - since) / 1000,
  }));
  return {
    ended,
    /** Kills it after a while, unless it has ended by then. */
    async killAfter(ms: number): Promise<Ended> {
      await Promise.race([ended, sleep(ms)]);
      child.kill('SIGKILL');
      return ended;
    },
    interrupt: () => child.kill('SIGINT'),
    output: () => output,
  };
}
