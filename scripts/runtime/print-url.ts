import { join } from 'node:path';
import { Failure } from '../cli/failure';
import { databaseUrl } from './database-url';
import { readLockFile } from './lock-file';
import { loadSettings } from './settings';
import { newSignInUrl } from './token';

/** Prints another address of the web app that `npm start` serves. */
export async function printUrl(): Promise<void> {
  const { DATA_DIR } = loadSettings();
  const run = await readLockFile<{ web?: string }>(join(DATA_DIR, 'running.json'));
  if (!run?.web) {
    throw new Failure(`Nothing is served with the data in ${DATA_DIR}: run npm start first.`);
  }
  console.log(await newSignInUrl(await databaseUrl(), run.web));
}
