import type { Outcome } from './checks';

export type Counts = Record<Outcome | 'skipped', number> & {
  /** The names of what failed, which the end of a long log repeats. */
  failures: string[];
};

export function count(outcomes: Outcome[]): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const outcome of outcomes) counts[outcome] += 1;
  if (counts.failed > 0) counts.failures.push('npm run check');
  return counts;
}

/** What no single test accounts for, such as an error between tests, counts as one failure. */
export function withExitCode(part: string, counts: Counts, code: number): Counts {
  if (code === 0 || counts.failed > 0) return counts;
  return { ...counts, failed: 1, failures: [`${part}: no test, but it ended with ${code}`] };
}
