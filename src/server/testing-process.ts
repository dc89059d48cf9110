import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * The procedures over HTTP on `port`, in a process that a test may stop, kill and start again; with
 * `migrates` it first brings the database up to date.
 */
export async function startServerProcess(
  databaseUrl: string,
  port: number,
  { migrates = false } = {},
) {
  const script = fileURLToPath(new URL('./testing-server.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', script, String(port), migrates ? 'migrate' : ''],
    {
      env: { DATABASE_URL: databaseUrl, NODE_ENV: 'test' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = once(child, 'exit');
  await Promise.race([
    once(child.stdout, 'data'),
    ended.then(([code]) => {
      throw new Error(`the server ended before it was ready (${code})`);
    }),
  ]);
  return {
    signal: (signal: 'SIGSTOP' | 'SIGCONT') => child.kill(signal),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
export type ServerProcess = Awaited<ReturnType<typeof startServerProcess>>;
