import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { embeddedUrl } from '../../scripts/runtime/database';
import { newDataDir, start } from './start';

/** Playwright's global set-up: the whole app on data of its own, stopped after the tests. */
export default async function startApp(): Promise<() => Promise<void>> {
  const dataDir = await newDataDir();
  const app = await start({ DATA_DIR: dataDir });
  for (const stream of [app.process.stdout, app.process.stderr]) stream?.pipe(process.stdout);
  const stop = async () => {
    app.process.kill('SIGTERM');
    await app.ended;
    await rm(dirname(dataDir), { recursive: true });
  };
  try {
    const { web, ml } = await app.ready;
    if (!ml.startsWith('http')) throw new Error(`The ML service: ${ml}`);
    process.env.APP_URL = web;
    process.env.APP_DATA_DIR = dataDir;
    process.env.APP_DATABASE_URL = await embeddedUrl(dataDir);
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}
