import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browserTests } from './checks/browser-tests';
import { runChecks } from './checks/checks';
import { type Counts, count } from './checks/counts';
import { pythonTests } from './checks/python-tests';
import { unitTests } from './checks/unit-tests';
import { pythonEnvironment } from './runtime/python';

const PARTS: Record<string, (reports: string) => Promise<Counts>> = {
  check: async () => count(await runChecks()),
  unit: unitTests,
  ml: pythonTests,
  browser: browserTests,
};

// A zone that no server runs in: code that forgets its time zone fails here.
process.env.TZ = 'Asia/Kathmandu';
process.env.NEXT_TELEMETRY_DISABLED = '1';

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in PARTS));
if (unknown.length) {
  console.error(
    `There is no part ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}.`,
  );
  process.exit(2);
}

const total: Counts = { passed: 0, failed: 0, skipped: 0 };
const reports = await mkdtemp(join(tmpdir(), 'candle-annotator-reports-'));
// The check looks at the Python code as well, once its tools are there; the ml part says what fails.
if (!wanted.length) await pythonEnvironment({ dev: true }).catch(() => {});
for (const [name, run] of Object.entries(PARTS)) {
  if (wanted.length && !wanted.includes(name)) continue;
  console.log(`\n── ${name} ──`);
  const counts = await run(reports).catch((error: Error): Counts => {
    console.error(`The ${name} part did not run: ${error.message}`);
    return { passed: 0, failed: 1, skipped: 0 };
  });
  for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += counts[key];
}
await rm(reports, { recursive: true });
process.exitCode = total.failed || !total.passed ? 1 : 0;
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
