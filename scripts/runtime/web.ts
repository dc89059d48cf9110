import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type Child, type Environment, runToEnd, startChild } from './child';
import { CACHE, hashFiles, ROOT, whileClaimed } from './root';
import { relay, step } from './say';

const NEXT = createRequire(import.meta.url).resolve('next/dist/bin/next');
const GUARD = pathToFileURL(join(ROOT, 'src', 'server', 'http-guard.mjs')).href;
const STAMP = join(ROOT, '.next', 'built-from');
const SETTINGS = ['package-lock.json', 'tsconfig.json'];
const CONFIG = /^(next|postcss)\.config\.\w+$/;
const READY_MS = 60_000;

/** Builds the web app, unless what there is was built from these very sources. */
export async function buildWeb(): Promise<void> {
  const sources = await hashSources();
  const isBuilt = async () => existsSync(STAMP) && (await readFile(STAMP, 'utf8')) === sources;
  if (await isBuilt()) return;
  await whileClaimed('web-build', 'web', async () => {
    if (await isBuilt()) return;
    await step('web', 'building (once per version)', (detail) =>
      runToEnd(process.execPath, [NEXT, 'build'], join(CACHE, 'web-build.log'), {
        cwd: ROOT,
        env: { ...nextEnvironment(), NO_COLOR: '1' },
        onLine: detail,
      }),
    );
    await writeFile(STAMP, sources);
  });
}

/** Serves what was built, once it answers. */
export async function serveWeb(port: number, environment: Environment): Promise<Child> {
  return await step('web', `starting on port ${port}`, async () => {
    const args = ['--import', GUARD, NEXT, 'start', '-H', '127.0.0.1', '-p', String(port)];
    const child = startChild(process.execPath, args, {
      cwd: ROOT,
      env: { ...nextEnvironment(), ...environment },
      onLine: (line) => relay('web', line),
    });
    await untilItAnswers(child, `http://127.0.0.1:${port}/api/health`, 'The web app');
    return child;
  });
}

/** Waits for any answer from `url`; throws when the process ends before, or takes too long. */
export async function untilItAnswers(child: Child, url: string, name: string): Promise<void> {
  let how: string | undefined;
  child.ended.then((value) => {
    how = value;
  });
  for (const deadline = Date.now() + READY_MS; ; await sleep(100)) {
    if (how) throw new Error(`${name} ended before it answered (${how}).`);
    if (Date.now() > deadline) throw new Error(`${name} did not answer at ${url} in a minute.`);
    const answered = await fetch(url, { signal: AbortSignal.timeout(5000) }).then(
      () => true,
      () => false,
    );
    if (answered) return;
  }
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
