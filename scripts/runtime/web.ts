import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { type Environment, runToEnd } from './child';
import { step } from './log';
import { CACHE, hashFiles, ROOT, withLockFile } from './root';
import { type Served, serve } from './serve';
import { SERVER, serverBundle } from './server-bundle';

const NEXT = createRequire(import.meta.url).resolve('next/dist/bin/next');
const STAMP = join(ROOT, '.next', 'built-from');
/** The app knows by the journal which migrations it needs. */
const SETTINGS = [
  'package-lock.json',
  'tsconfig.json',
  'drizzle/meta/_journal.json',
  'scripts/runtime/server-bundle.ts',
];
const CONFIG = /^(next|postcss)\.config\.\w+$/;

/** Builds the web app, unless what there is was built from these very sources. */
export async function buildWebOnce(): Promise<void> {
  const isBuilt = async () =>
    existsSync(STAMP) && (await readFile(STAMP, 'utf8')) === (await hashSources());
  if (await isBuilt()) return;
  await withBuildLock(async () => {
    if (!(await isBuilt())) await build();
  });
}

/** Builds the web app: pages by Next.js, and the server in front of them. */
export const buildWeb = (): Promise<void> => withBuildLock(build);

const withBuildLock = (work: () => Promise<void>) => withLockFile('web-build', 'web', work);

async function build(): Promise<void> {
  const sources = await hashSources();
  await step(
    'web',
    'building (once per version: up to a minute, 12 MB of disk)',
    async (detail) => {
      await runToEnd(process.execPath, [NEXT, 'build'], join(CACHE, 'web-build.log'), {
        cwd: ROOT,
        env: { ...nextEnvironment(), NO_COLOR: '1' },
        onLine: detail,
      });
      const { build: bundle, stop } = await import('esbuild');
      await bundle(serverBundle);
      await bundle(await minifiedScripts());
      await stop();
    },
  );
  await writeFile(STAMP, sources);
}

/** What browsers are sent, made small in its place: it takes Next.js's own compiler ten times as long. */
async function minifiedScripts(): Promise<BuildOptions> {
  const folder = join(ROOT, '.next', 'static');
  const files = await readdir(folder, { recursive: true });
  return {
    entryPoints: files.filter((file) => file.endsWith('.js')).map((file) => join(folder, file)),
    outbase: folder,
    outdir: folder,
    allowOverwrite: true,
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  };
}

/** Serves what was built, on `port` or the next free one, once it is ready. */
export async function serveWeb(port: number, environment: Environment): Promise<Served> {
  const server = {
    part: 'web' as const,
    file: process.execPath,
    args: [SERVER],
    cwd: ROOT,
    env: { ...nextEnvironment(), ...environment },
    readyPath: '/api/ready',
  };
  return await step('web', 'starting', () => serve(server, port));
}

function nextEnvironment(): Environment {
  return { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' };
}

async function hashSources(): Promise<string> {
  const config = (await readdir(ROOT)).filter((name) => CONFIG.test(name));
  const sources = await readdir(join(ROOT, 'src'), { recursive: true, withFileTypes: true });
  const code = sources
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  return await hashFiles([...code, ...[...SETTINGS, ...config].map((name) => join(ROOT, name))]);
}
