import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installChromium } from '../runtime/chromium';
import { ROOT } from '../runtime/root';
import { runInForeground } from '../runtime/run-in-foreground';
import { type Counts, withExitCode } from './counts';

type Suite = { suites?: Suite[]; specs?: { file: string; title: string; ok: boolean }[] };
type Report = Suite & { stats: Record<'expected' | 'unexpected' | 'flaky' | 'skipped', number> };

export async function browserTests(reports: string): Promise<Counts> {
  const chromium = await installChromium();
  const file = join(reports, 'playwright.json');
  const playwright = join(ROOT, 'node_modules', '.bin', 'playwright');
  const code = await runInForeground([playwright, 'test', '--reporter=list,json'], ROOT, {
    PLAYWRIGHT_JSON_OUTPUT_FILE: file,
    CHROMIUM_PATH: chromium,
  });
  const report: Report = JSON.parse(await readFile(file, 'utf8'));
  const { stats } = report;
  const counts = {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected,
    skipped: stats.skipped,
    failures: failuresOf(report),
  };
  return withExitCode('browser', counts, code);
}

function failuresOf({ suites = [], specs = [] }: Suite): string[] {
  const own = specs.filter((spec) => !spec.ok).map(({ file, title }) => `tests/${file}: ${title}`);
  return [...own, ...suites.flatMap(failuresOf)];
}
