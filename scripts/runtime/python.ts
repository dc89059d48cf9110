import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runToEnd } from './child';
import { log, step } from './log';
import { CACHE, hashFiles, ROOT, withLockFile } from './root';

export const ML_FOLDER = join(ROOT, 'services', 'ml');
const ENVIRONMENT = join(ML_FOLDER, '.venv');
export const PYTHON = join(ENVIRONMENT, 'bin', 'python');
const STAMP = join(ENVIRONMENT, 'installed-from');
const CANDIDATES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python'];

/**
 * Installs the ML service's packages from its lock file into services/ml/.venv, unless they are
 * there: with uv when it is present and works, else with venv and pip. `dev` adds what tests need.
 */
export async function pythonEnvironment({ dev }: { dev: boolean }): Promise<void> {
  const isInstalled = () => (dev ? isInstalledFor('dev') : hasPackages());
  if (await isInstalled()) return;
  await withLockFile('python', 'ml', async () => {
    if (await isInstalled()) return;
    await step(
      'ml',
      'installing its Python packages (once per version: 150 MB to download, 500 MB of disk)',
      async (detail) => {
        const python = findPython();
        if (!(await installWithUv(python, dev, detail))) await installWithPip(python, dev, detail);
      },
    );
    await writeFile(STAMP, await stampOf(dev ? 'dev' : 'run'));
  });
}

/** Whether services/ml/.venv has what its lock file names today, so that the service can run. */
export async function hasPackages(): Promise<boolean> {
  return (await isInstalledFor('dev')) || (await isInstalledFor('run'));
}

async function isInstalledFor(which: 'dev' | 'run'): Promise<boolean> {
  return existsSync(STAMP) && (await readFile(STAMP, 'utf8')) === (await stampOf(which));
}

async function stampOf(which: 'dev' | 'run'): Promise<string> {
  const names = ['pyproject.toml', 'uv.lock', 'requirements.txt', 'requirements-dev.txt'];
  // An environment keeps the path that it was made at: a moved one is made anew.
  return `${which} ${ENVIRONMENT} ${await hashFiles(names.map((name) => join(ML_FOLDER, name)))}`;
}

type Detail = (text: string) => void;

async function installWithUv(python: string, dev: boolean, detail: Detail): Promise<boolean> {
  if (!answers('uv', ['--version'])) return false;
  // Packages that only tests need stay, so that starting and testing in turns installs nothing.
  const args = [
    'sync',
    '--frozen',
    '--no-install-project',
    '--extra',
    'service',
    '--python',
    python,
    ...(dev ? [] : ['--no-dev', '--inexact']),
  ];
  try {
    await run('uv', args, detail);
    return true;
  } catch (error) {
    log('ml', `uv could not do it, trying pip. ${(error as Error).message}`);
    return false;
  }
}

async function installWithPip(python: string, dev: boolean, detail: Detail) {
  await run(python, ['-m', 'venv', ENVIRONMENT], detail);
  const requirements = dev ? 'requirements-dev.txt' : 'requirements.txt';
  await run(PYTHON, ['-m', 'pip', 'install', '--no-input', '-r', requirements], detail);
}

async function run(file: string, args: string[], detail: Detail) {
  const env = { ...process.env, UV_PROJECT_ENVIRONMENT: ENVIRONMENT };
  await runToEnd(file, args, join(CACHE, 'python.log'), { cwd: ML_FOLDER, env, onLine: detail });
}

function findPython(): string {
  const newEnough = 'import sys; sys.exit(sys.version_info < (3, 11))';
  const found = CANDIDATES.find((name) => answers(name, ['-c', newEnough]));
  if (found) return found;
  throw new Error(
    `Python 3.11 or newer was not found (looked for ${CANDIDATES.join(', ')}). Install it to train models and get predictions.`,
  );
}

function answers(file: string, args: string[]): boolean {
  try {
    execFileSync(file, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false; // Not there, or not able to run.
  }
}
