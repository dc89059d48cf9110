import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { sentenceOf } from '../cli/sentence';
import { ML_FOLDER, PYTHON, pythonEnvironment } from '../runtime/python';
import { ROOT } from '../runtime/root';
import { findFolderCycles } from './folder-cycles';

export type Outcome = 'passed' | 'failed';
/** Answers what is wrong, in full, or null; throws when it cannot run, which is a failure too. */
type Check = { name: string; run(): Promise<string | null> };

const node = (...commands: string[][]) =>
  runAll(
    ROOT,
    commands.map(([tool = '', ...args]) => [join(ROOT, 'node_modules', '.bin', tool), ...args]),
  );

const CHECKS: Check[] = [
  {
    name: 'format, lint, import arrow and cycles of files',
    run: () => node(['biome', 'check', '--error-on-warnings', '--max-diagnostics=50', '.']),
  },
  { name: 'cycles of folders', run: async () => describeCycles() },
  {
    name: 'types',
    // A fresh checkout lacks the types that Next.js writes.
    run: () => node(['next', 'typegen'], ['tsc', '--noEmit']),
  },
  { name: 'unused code', run: () => node(['knip']) },
  {
    name: 'Python format and lint',
    run: () => python(['ruff', 'format', '--check', '.'], ['ruff', 'check', '.']),
  },
  { name: 'Python types', run: () => python(['mypy']) },
];

/** Everything that needs neither a database nor a browser, side by side; says what it finds. */
export async function runChecks(): Promise<Outcome[]> {
  return await Promise.all(CHECKS.map(runCheck));
}

async function runCheck({ name, run }: Check): Promise<Outcome> {
  const since = Date.now();
  const problem = await run().catch((error) => `It could not run. ${sentenceOf(error)}`);
  if (problem !== null) {
    console.log(`✗ ${name}:\n${problem.trimEnd()}\n`);
    return 'failed';
  }
  console.log(`✓ ${name} (${((Date.now() - since) / 1000).toFixed(1)} s)`);
  return 'passed';
}

/** Starting the service installs what it runs on alone: the tools are installed first if need be. */
async function python(...modules: string[][]): Promise<string | null> {
  await pythonEnvironment({ dev: true });
  return await runAll(
    ML_FOLDER,
    modules.map((args) => [PYTHON, '-m', ...args]),
  );
}

function describeCycles(): string | null {
  const cycles = findFolderCycles(ROOT, ['src', 'scripts']).map(({ within, folders, imports }) =>
    [`${within}: ${[...folders, folders[0]].join(' → ')}`, ...imports].join('\n  '),
  );
  return cycles.length > 0 ? cycles.join('\n') : null;
}

/** Runs commands until one of them fails; answers what that one said. */
async function runAll(cwd: string, commands: string[][]): Promise<string | null> {
  for (const [file = '', ...args] of commands) {
    const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' };
    const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    const [code] = await once(child, 'close');
    if (code !== 0) return output || `${file} ended with ${code}`;
  }
  return null;
}
