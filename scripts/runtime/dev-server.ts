import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { context } from 'esbuild';
import { freePort } from '@/lib/postgres/free-port';
import { onSignal } from '../cli/signals';
import { databaseUrl } from './database-url';
import { SERVER, serverBundle } from './server-bundle';
import { loadSettings } from './settings';
import { ensureToken } from './token';

const DEV_SERVER = SERVER.replace('server.cjs', 'dev-server.cjs');

/**
 * Runs the web app with Next.js's hot reload until it is told to stop; a change of what the server
 * is made of starts it anew.
 */
export async function runDevServer(port: number | undefined): Promise<number> {
  const { DATA_DIR: dataDir } = loadSettings();
  const env = {
    ...process.env,
    NODE_ENV: 'development',
    NEXT_TELEMETRY_DISABLED: '1',
    DATABASE_URL: await databaseUrl(),
    HOST: '127.0.0.1',
    TOKEN_FILE: await ensureToken(dataDir),
    UPLOADS_FOLDER: join(dataDir, 'uploads'),
    PORT: String(port ?? (await freePort(3000, 3001, 3002, 3003))),
  };
  let server: ChildProcess | undefined;
  const stop = async () => {
    if (!server || server.exitCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    await ended;
  };
  const start = async () => {
    await stop();
    server = spawn(process.execPath, ['--enable-source-maps', DEV_SERVER], {
      stdio: 'inherit',
      env: env as NodeJS.ProcessEnv,
    });
  };
  const bundle = await context({
    ...serverBundle,
    outfile: DEV_SERVER,
    plugins: [
      {
        name: 'start-anew',
        setup: ({ onEnd }) =>
          onEnd(async ({ errors }) => {
            if (errors.length === 0) await start();
          }),
      },
    ],
  });
  const told = new Promise<void>((resolve) => onSignal(() => resolve()));
  await bundle.watch();
  await told;
  await bundle.dispose();
  await stop();
  return 0;
}
