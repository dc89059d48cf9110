import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browserTests } from './browser-tests';
import { runChecks } from './checks';
import { type Counts, count } from './counts';
import { pythonTests } from './python-tests';
import { unitTests } from './unit-tests';

export type TestPart = 'check' | 'unit' | 'ml' | 'browser';

const RUNNERS: Record<TestPart, (reports: string) => Promise<Counts>> = {
  check: async () => count(await runChecks()),
  unit: unitTests,
  ml: pythonTests,
  browser: browserTests,
};

/** Runs the parts and prints the sums; answers the exit code. */
export async function runTests(parts: readonly TestPart[]): Promise<number> {
  // A zone that no server runs in: code that forgets its time zone fails here.
  process.env.TZ = 'Asia/Kathmandu';
  process.env.NEXT_TELEMETRY_DISABLED = '1';
  const total: Counts = { passed: 0, failed: 0, skipped: 0, failures: [] };
  const reports = await mkdtemp(join(tmpdir(), 'candle-annotator-reports-'));
  const run = async (part: TestPart, work = () => RUNNERS[part](reports)) => {
    const counts = await work().catch((error: Error): Counts => {
      console.error(`The ${part} part did not run: ${error.message}`);
      return { passed: 0, failed: 1, skipped: 0, failures: [`${part}: ${error.message}`] };
    });
    for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += counts[key];
    total.failures.push(...counts.failures);
  };
  // Vitest waits for PostgreSQL and the clock much of its time, so that pytest has a core beside it.
  const beside = parts.includes('unit') && parts.includes('ml');
  for (const part of parts) {
    if (beside && part === 'ml') continue;
    console.log(`\n── ${part} ──`);
    if (!beside || part !== 'unit') await run(part);
    else {
      const log = join(reports, 'pytest.log');
      const file = await open(log, 'w');
      await Promise.all([run('unit'), run('ml', () => pythonTests(reports, file.fd))]);
      await file.close();
      console.log(`\n── ml, run beside it ──\n${await readFile(log, 'utf8')}`);
    }
  }
  await rm(reports, { recursive: true });
  for (const name of total.failures) console.log(`✗ ${name}`);
  console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.failed || !total.passed ? 1 : 0;
}
