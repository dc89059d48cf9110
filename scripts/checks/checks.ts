import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ML_FOLDER, PYTHON, pythonEnvironment } from '../runtime/python';
import { ROOT } from '../runtime/root';

export type Outcome = 'passed' | 'failed';
type Check = { name: string; commands: string[][]; folder: string };

const tool = (name: string) => join(ROOT, 'node_modules', '.bin', name);

const CHECKS: Check[] = [
  {
    name: 'format, lint and import arrow',
    commands: [[tool('biome'), 'check', '--error-on-warnings', '--max-diagnostics=50', '.']],
    folder: ROOT,
  },
  {
    name: 'types',
    // A fresh checkout lacks the types that Next.js writes.
    commands: [
      [tool('next'), 'typegen'],
      [tool('tsc'), '--noEmit'],
    ],
    folder: ROOT,
  },
  { name: 'unused code', commands: [[tool('knip')]], folder: ROOT },
  {
    name: 'Python format and lint',
    commands: [
      [PYTHON, '-m', 'ruff', 'format', '--check', '.'],
      [PYTHON, '-m', 'ruff', 'check', '.'],
    ],
    folder: ML_FOLDER,
  },
  {
    name: 'Python types',
    commands: [[PYTHON, '-m', 'mypy']],
    folder: ML_FOLDER,
  },
];

/** Everything that needs neither a database nor a browser, side by side; says what it finds. */
export async function runChecks(): Promise<Outcome[]> {
  return await Promise.all(CHECKS.map(runCheck));
}

async function runCheck({ name, commands, folder }: Check): Promise<Outcome> {
  const since = Date.now();
  if (folder === ML_FOLDER) {
    // Starting the service installs what it runs on alone, and an older lock file named other packages.
    const problem = await pythonEnvironment({ dev: true }).catch((error: Error) => error.message);
    if (problem) {
      console.log(`✗ ${name}: could not run, its tools are missing. ${problem}\n`);
      return 'failed';
    }
  }
  for (const command of commands) {
    const { code, output } = await capture(command, folder);
    if (code !== 0) {
      console.log(`✗ ${name}:\n${output.trimEnd()}\n`);
      return 'failed';
    }
  }
  console.log(`✓ ${name} (${((Date.now() - since) / 1000).toFixed(1)} s)`);
  return 'passed';
}

async function capture([file = '', ...args]: string[], cwd: string) {
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' };
  const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const [code] = await once(child, 'close');
  return { code, output };
}
