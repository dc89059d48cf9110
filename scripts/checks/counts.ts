import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Outcome } from './checks';

export type Counts = Record<Outcome | 'skipped', number>;

export function count(outcomes: Outcome[]): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const outcome of outcomes) counts[outcome] += 1;
  return counts;
}

/** Runs a test runner, its output going straight to ours; tells its exit code. */
export async function runRunner(
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

/** What no single test accounts for, such as an error between tests, counts as one failure. */
export function withExitCode(counts: Counts, code: number): Counts {
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
