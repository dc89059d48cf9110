import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { embeddedUrl } from '../../scripts/start/database';
import { freePort } from '../../src/lib/db/embedded/free-port';

/** Starts the whole app as `npm start` does, on data of its own, and stops it after the tests. */
export default async function startApp(): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'candle-annotator-browser-'));
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/start.ts'], {
    env: {
      ...process.env,
      DATA_DIR: dataDir,
      DATABASE_URL: '',
      DIRECT_DATABASE_URL: '',
      ML_DATABASE_URL: '',
      HOST: '',
      PORT: String(await freePort()),
      ML_PORT: String(await freePort()),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(dataDir, { recursive: true });
  };
  try {
    process.env.APP_URL = await webUrl(child);
    process.env.APP_DATABASE_URL = await embeddedUrl(dataDir);
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

/** Waits for the three last lines of a start; shows all the others. */
async function webUrl(child: ChildProcess): Promise<string> {
  let url = '';
  const lines = createInterface(child.stdout as NodeJS.ReadableStream);
  return await new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      console.log(`  ${line}`);
      const [part, value = ''] = line.split(/\s+/);
      if (part === 'web') url = value;
      if (part === 'ml') {
        if (value.startsWith('http')) resolve(url);
        else reject(new Error(`The ML service is ${line.slice(part.length).trim()}`));
      }
    });
    child.once('exit', (code) => reject(new Error(`The app did not start (exit code ${code}).`)));
  });
}
