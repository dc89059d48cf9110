import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ML_FOLDER, PYTHON, pythonEnvironment } from '../runtime/python';

/** What the ML service learns, judged by rules and planted patterns; all of it is in Python. */
export async function run(options: string[]): Promise<void> {
  await pythonEnvironment({ dev: true });
  const args = ['-m', 'bench.quality', ...options];
  const child = spawn(PYTHON, args, { cwd: ML_FOLDER, stdio: 'inherit' });
  const [code] = await once(child, 'close');
  process.exitCode = code ?? 1;
}
