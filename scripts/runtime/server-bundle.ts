import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { ROOT } from './root';

/** The program that serves pages and procedures, which `node` runs as it is. */
export const SERVER = join(ROOT, '.next', 'server.cjs');

/** How it is made of src/server/http/serve.ts: everything in one file but Next.js. */
export const serverBundle: BuildOptions = {
  absWorkingDir: ROOT,
  entryPoints: ['src/server/http/serve.ts'],
  outfile: SERVER,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'cjs',
  // pg takes the second when somebody has installed it.
  external: ['next', 'pg-native'],
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
};
