import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs a program in the foreground, its output going straight to ours or to an open file; answers its exit code. */
export async function runInForeground(
  [file = '', ...args]: string[],
  cwd: string,
  env: Record<string, string> = {},
  output: number | 'inherit' = 'inherit',
): Promise<number> {
  const child = spawn(file, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', output, output],
  });
  const [code] = await once(child, 'close');
  return code ?? 1;
}
