import { join } from 'node:path';
import { Failure } from '../cli/failure';
import { claim } from './claim';
import { embeddedUrl, startDatabase } from './database';
import { readSettings } from './settings';

export type OpenDatabase = { url: string; close(): Promise<void> };

/** The database at DATABASE_URL, or the built-in one, which is started when it does not run. */
export async function openDatabase(environment: NodeJS.ProcessEnv): Promise<OpenDatabase> {
  const settings = readSettings(environment);
  const given = settings.DIRECT_DATABASE_URL ?? settings.DATABASE_URL;
  if (given) return { url: given, close: async () => {} };
  const { DATA_DIR } = settings;
  // As `npm start` holds its data, so that neither takes it from the other.
  const run = { pid: process.pid, state: 'starting', children: [] };
  const held = await claim(join(DATA_DIR, 'running.json'), run);
  if ('heldBy' in held) {
    const url = await embeddedUrl(DATA_DIR);
    if (!url)
      throw new Failure(`The app is only just starting on ${DATA_DIR}. Try again in a moment.`);
    return { url, close: async () => {} };
  }
  try {
    const { cluster, url } = await startDatabase(DATA_DIR);
    return {
      url: url('app'),
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
