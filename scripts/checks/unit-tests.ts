import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ROOT } from '../runtime/root';
import { runInForeground } from '../runtime/run-in-foreground';
import { type Counts, withExitCode } from './counts';

type Report = {
  testResults: {
    name: string;
    status: string;
    assertionResults: { fullName: string; status: string }[];
  }[];
};

export async function unitTests(reports: string): Promise<Counts> {
  const file = join(reports, 'vitest.json');
  const vitest = join(ROOT, 'node_modules', '.bin', 'vitest');
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = await runInForeground([vitest, ...args], ROOT);
  const report: Report = JSON.parse(await readFile(file, 'utf8'));
  const counts: Counts = { passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const { name, status, assertionResults } of report.testResults) {
    const path = relative(ROOT, name);
    for (const { fullName, status } of assertionResults) {
      counts[status === 'passed' || status === 'failed' ? status : 'skipped'] += 1;
      if (status === 'failed') counts.failures.push(`${path}: ${fullName}`);
    }
    // A file that could not even be loaded has no tests to report.
    const hasFailure = assertionResults.some((result) => result.status === 'failed');
    if (status === 'failed' && !hasFailure) {
      counts.failed += 1;
      counts.failures.push(path);
    }
  }
  return withExitCode('unit', counts, code);
}
