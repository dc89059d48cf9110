import { readTarget } from '@/lib/db/connection';
import { embeddedUrl } from './database';
import { loadSettings, mlDatabaseOf } from './settings';

/** The database that scripts work on: the one the environment names, or what `npm start` runs. */
export async function databaseUrl(): Promise<string> {
  const { DATA_DIR, DATABASE_URL, DIRECT_DATABASE_URL } = loadSettings();
  const url = DIRECT_DATABASE_URL ?? DATABASE_URL ?? (await embeddedUrl(DATA_DIR));
  if (url) return url;
  throw new Error(NONE);
}

const NONE = 'There is no database: run npm start beside this, or set DATABASE_URL.';

/** The same as the ML service has it. */
export async function mlDatabaseUrl(): Promise<string> {
  // It may be all that there is, as for candle-ml alone.
  const own = process.env.ML_DATABASE_URL;
  if (own) return readTarget(own).libpqUrl;
  const settings = loadSettings();
  const given = mlDatabaseOf(settings);
  if (given) return readTarget(given).libpqUrl;
  const url = await embeddedUrl(settings.DATA_DIR, 'ml');
  if (url) return url;
  throw new Error(NONE);
}
