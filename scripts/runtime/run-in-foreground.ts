import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs a program in the foreground, its output going straight to ours; answers its exit code. */
export async function runInForeground(
  [file = '', ...args]: string[],
  cwd: string,
  env: Record<string, string> = {},
): Promise<number> {
  const child = spawn(file, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(child, 'close');
  return code ?? 1;
}
