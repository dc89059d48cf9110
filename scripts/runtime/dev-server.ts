import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { onSignal } from '../cli/signals';
import { databaseUrl } from './database-url';

/** Runs Next.js's development server to its end; answers its exit code. */
export async function runDevServer(port: string | undefined): Promise<number> {
  const next = createRequire(import.meta.url).resolve('next/dist/bin/next');
  const args = [next, 'dev', '--hostname', '127.0.0.1', ...(port ? ['--port', port] : [])];
  const env = {
    ...process.env,
    DATABASE_URL: await databaseUrl(),
    NEXT_TELEMETRY_DISABLED: '1',
  };
  const child = spawn(process.execPath, args, { stdio: 'inherit', env });
  // The terminal sends Ctrl-C to Next.js as well; we end when it has.
  onSignal((signal) => signal === 'SIGINT' || child.kill(signal));
  const [code] = await once(child, 'exit');
  return code ?? 1;
}
