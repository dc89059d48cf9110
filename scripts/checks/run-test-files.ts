import { join } from 'node:path';
import { installChromium } from '../runtime/chromium';
import { ML_FOLDER, PYTHON, pythonEnvironment } from '../runtime/python';
import { ROOT } from '../runtime/root';
import { runInForeground } from '../runtime/run-in-foreground';
import type { TestFiles } from './fault-tests';

/** Runs test files of each kind; answers 0 when all passed. */
export async function runTestFiles(
  { vitest, browser, pytest }: TestFiles,
  environment: Record<string, string>,
): Promise<number> {
  const node = (program: string, args: string[], more = {}) =>
    runInForeground([join(ROOT, 'node_modules', '.bin', program), ...args], ROOT, {
      ...environment,
      ...more,
    });
  const codes: number[] = [];
  if (vitest) codes.push(await node('vitest', ['run', '--no-file-parallelism', ...vitest]));
  if (browser) {
    const CHROMIUM_PATH = await installChromium();
    codes.push(await node('playwright', ['test', ...browser], { CHROMIUM_PATH }));
  }
  if (pytest) {
    await pythonEnvironment({ dev: true });
    const files = pytest.map((file) => join('tests', file));
    codes.push(await runInForeground([PYTHON, '-m', 'pytest', ...files], ML_FOLDER, environment));
  }
  return codes.find((code) => code !== 0) ?? 0;
}
