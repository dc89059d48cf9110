import { join } from 'node:path';
import { Failure } from '../cli/failure';
import { embeddedUrl, startDatabase } from './database';
import { acquireLockFile, makeWritable } from './lock-file';
import { releaseReserve } from './reserve';
import { loadSettings } from './settings';

export type OpenDatabase = {
  /** Past any pooler. */
  url: string;
  /** As the web app connects, perhaps through one. */
  appUrl: string;
  close(): Promise<void>;
};

/** The database at DATABASE_URL, or the built-in one, which is started when it does not run. */
export async function openDatabase(): Promise<OpenDatabase> {
  const settings = loadSettings();
  const { DATA_DIR, DATABASE_URL: appUrl, DIRECT_DATABASE_URL } = settings;
  if (appUrl) return { url: DIRECT_DATABASE_URL ?? appUrl, appUrl, close: async () => {} };
  await makeWritable(DATA_DIR);
  await releaseReserve(DATA_DIR);
  // As `npm start` holds its data, so that neither takes it from the other.
  const run = { pid: process.pid, state: 'starting', children: [] };
  const held = await acquireLockFile(join(DATA_DIR, 'running.json'), run);
  if ('heldBy' in held) {
    const url = await embeddedUrl(DATA_DIR);
    if (!url)
      throw new Failure(`The app is only just starting on ${DATA_DIR}. Try again in a moment.`);
    return { url, appUrl: url, close: async () => {} };
  }
  try {
    const { cluster, url } = await startDatabase(DATA_DIR);
    return {
      url: url('app'),
      appUrl: url('app'),
      async close() {
        await cluster.stop();
        await held.release();
      },
    };
  } catch (error) {
    await held.release();
    throw error;
  }
}
