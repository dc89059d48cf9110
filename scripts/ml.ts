import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import { ML_FOLDER, PYTHON, pythonEnvironment } from './runtime/python';

/** `candle-ml` in the service's own environment, which is installed first if need be. */
await pythonEnvironment({ dev: false });
const path = [ML_FOLDER, process.env.PYTHONPATH].filter(Boolean).join(delimiter);
const child = spawn(PYTHON, ['-m', 'app', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, PYTHONPATH: path },
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
});
