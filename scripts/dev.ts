import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { databaseUrl } from './runtime/database-url';

/** Next.js's development server on the database that `npm start` runs, or that is given. */
try {
  const next = createRequire(import.meta.url).resolve('next/dist/bin/next');
  const args = [next, 'dev', '--hostname', '127.0.0.1', ...process.argv.slice(2)];
  const env = {
    ...process.env,
    DATABASE_URL: await databaseUrl(),
    NEXT_TELEMETRY_DISABLED: '1',
  };
  const child = spawn(process.execPath, args, { stdio: 'inherit', env });
  // Ctrl-C reaches Next.js as well; we end when it has.
  process.on('SIGINT', () => {});
  child.on('exit', (code) => {
    process.exitCode = code ?? 0;
  });
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
