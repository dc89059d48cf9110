import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ML_FOLDER, PYTHON, pythonEnvironment } from '../../runtime/python';

/** The start of Node does not count. */
type Measured = { seconds: number; peakMb: number };

/** Imports a file as `npm run import` does. */
export const runImport = (url: string, path: string) =>
  runChild<Measured>('import-child.ts', url, path);

/** Exports a chart as `npm run export` does. */
export const runExport = (url: string, chartId: number, format: string) =>
  runChild<Measured & { bytes: number }>('export-child.ts', url, String(chartId), format);

async function runChild<Result>(script: string, ...args: string[]): Promise<Result> {
  const child = join(import.meta.dirname, script);
  const command = ['--import', 'tsx', child, ...args];
  const { stdout } = await promisify(execFile)(process.execPath, command);
  return JSON.parse(stdout);
}

/** Runs a module of services/ml. */
export async function runPython<Result>(
  module: string,
  args: string[],
  url?: string,
): Promise<Result> {
  await pythonEnvironment({ dev: true });
  const { stdout } = await promisify(execFile)(PYTHON, ['-m', module, ...args], {
    cwd: ML_FOLDER,
    env: { ...process.env, ML_DATABASE_URL: url },
  });
  return JSON.parse(stdout);
}

/** Runs a module of services/ml that prints for people; its exit code becomes this process's. */
export async function handToPython(module: string, options: string[]): Promise<void> {
  await pythonEnvironment({ dev: true });
  const child = spawn(PYTHON, ['-m', module, ...options], { cwd: ML_FOLDER, stdio: 'inherit' });
  const [code] = await once(child, 'close');
  process.exitCode = code ?? 1;
}
