import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter } from 'node:path';
import { onSignal } from '../cli/signals';
import { mlDatabaseUrl } from './database-url';
import { ML_FOLDER, PYTHON, pythonEnvironment } from './python';

/** Runs `candle-ml` to its end; answers its exit code. */
export async function runCandleMl(args: string[]): Promise<number> {
  await pythonEnvironment({ dev: false });
  const path = [ML_FOLDER, process.env.PYTHONPATH].filter(Boolean).join(delimiter);
  const isAsked = args.includes('--help') || args.includes('-h');
  const url = isAsked ? {} : { ML_DATABASE_URL: await mlDatabaseUrl() };
  const child = spawn(PYTHON, ['-m', 'app', ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...url, PYTHONPATH: path },
  });
  onSignal((signal) => child.kill(signal));
  const [code, signal] = await once(child, 'exit');
  return code ?? (signal === 'SIGINT' ? 130 : 143);
}
