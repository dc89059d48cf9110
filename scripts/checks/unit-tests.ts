import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../runtime/root';
import { runInForeground } from '../runtime/run-in-foreground';
import { type Counts, withExitCode } from './counts';

type Report = {
  testResults: { status: string; assertionResults: { status: string }[] }[];
};

export async function unitTests(reports: string): Promise<Counts> {
  const file = join(reports, 'vitest.json');
  const vitest = join(ROOT, 'node_modules', '.bin', 'vitest');
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = await runInForeground([vitest, ...args], ROOT);
  const report: Report = JSON.parse(await readFile(file, 'utf8'));
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { status, assertionResults } of report.testResults) {
    for (const { status } of assertionResults) {
      counts[status === 'passed' || status === 'failed' ? status : 'skipped'] += 1;
    }
    // A file that could not even be loaded has no tests to report.
    const hasFailure = assertionResults.some((result) => result.status === 'failed');
    if (status === 'failed' && !hasFailure) counts.failed += 1;
  }
  return withExitCode(counts, code);
}
