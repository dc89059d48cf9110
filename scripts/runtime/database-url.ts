import { embeddedUrl } from './database';
import { loadSettings } from './settings';

/** The database that scripts work on: the one the environment names, or what `npm start` runs. */
export async function databaseUrl(): Promise<string> {
  const { DATA_DIR, DATABASE_URL, DIRECT_DATABASE_URL } = loadSettings();
  const url = DIRECT_DATABASE_URL ?? DATABASE_URL ?? (await embeddedUrl(DATA_DIR));
  if (url) return url;
  throw new Error('There is no database: run npm start beside this, or set DATABASE_URL.');
}
