import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

type Ready = Record<'web' | 'database' | 'ml' | 'link', string>;
export type Started = {
  process: ChildProcess;
  /** All it has said so far. */
  said: string[];
  /** Its last three lines, and the address in the first that lets a browser in; fails when it ends before. */
  ready: Promise<Ready>;
  /** Its exit code. */
  ended: Promise<number | null>;
};

/** A folder for a start's data; it is not there yet. */
export async function newDataDir(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), 'candle-annotator-browser-')), 'data');
}

/** What the tester's own environment says does not count; every port is any free one. */
export const startEnvironment = (own: Record<string, string>) => ({
  ...process.env,
  // Empty is unset.
  ...{ HOST: '', DATABASE_URL: '', DIRECT_DATABASE_URL: '', ML_DATABASE_URL: '' },
  // Tests at the same time begin at different ones.
  PORT: String(20_000 + (process.pid % 10_000)),
  ML_PORT: String(30_000 + (process.pid % 10_000)),
  ...own,
});

/** Starts everything as `npm start` does, in this checkout or another one, or by another program that runs it. */
export async function start(
  environment: Record<string, string>,
  folder?: string,
  by: string[] = [],
): Promise<Started> {
  const [file = '', ...args] = [...by, process.execPath, '--import', 'tsx', 'scripts/start.ts'];
  const child = spawn(file, args, {
    ...(folder ? { cwd: folder } : {}),
    env: startEnvironment(environment),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  const last: Record<string, string> = {};
  const ended = once(child, 'close').then(([code]) => code);
  const ready = new Promise<Ready>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => {
        said.push(line);
        const [, part, value = ''] = /^(web|database|ml) +(.*)$/.exec(line) ?? [];
        if (part) last[part] = value;
        const { web, database, ml } = last;
        if (web && database && ml) resolve({ web: new URL(web).origin, link: web, database, ml });
      });
    }
    ended.then((code) => reject(new Error(`It ended (${code}):\n${said.join('\n')}`)));
  });
  ready.catch(() => {}); // Whoever starts it to see it refuse does not wait for this.
  return { process: child, said, ready, ended };
}
