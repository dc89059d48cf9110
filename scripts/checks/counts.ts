import type { Outcome } from './checks';

export type Counts = Record<Outcome | 'skipped', number>;

export function count(outcomes: Outcome[]): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const outcome of outcomes) counts[outcome] += 1;
  return counts;
}

/** What no single test accounts for, such as an error between tests, counts as one failure. */
export function withExitCode(counts: Counts, code: number): Counts {
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
