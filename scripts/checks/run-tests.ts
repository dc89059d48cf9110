import { mkdtemp, rm } from 'node:fs/promises';
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

/** Runs the parts one after the other and prints the sums; answers the exit code. */
export async function runTests(parts: readonly TestPart[]): Promise<number> {
  // A zone that no server runs in: code that forgets its time zone fails here.
  process.env.TZ = 'Asia/Kathmandu';
  process.env.NEXT_TELEMETRY_DISABLED = '1';
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  const reports = await mkdtemp(join(tmpdir(), 'candle-annotator-reports-'));
  for (const part of parts) {
    console.log(`\n── ${part} ──`);
    const counts = await RUNNERS[part](reports).catch((error: Error): Counts => {
      console.error(`The ${part} part did not run: ${error.message}`);
      return { passed: 0, failed: 1, skipped: 0 };
    });
    for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += counts[key];
  }
  await rm(reports, { recursive: true });
  console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.failed || !total.passed ? 1 : 0;
}
