import { SESSION_SETTINGS } from '.';
import { isPooled, openClient, readTarget } from './connection';

/**
 * Where `url` leads through a pooler, which takes no settings along, its role gets those of the web
 * app's sessions as its defaults in this database. `directUrl` leads past the pooler.
 */
export async function setRoleDefaults(url: string, directUrl: string): Promise<void> {
  if (!isPooled(url, directUrl)) return;
  const { user } = readTarget(url);
  const client = await openClient(directUrl, { applicationName: 'candle-annotator-migrate' });
  try {
    for (const [setting, value] of Object.entries({ ...SESSION_SETTINGS, TimeZone: 'UTC' })) {
      const { rows } = await client.query(
        `select format('alter role %I in database %I set %I to %L',
          $1::text, current_database(), $2::text, $3::text) as statement`,
        [user, setting, String(value)],
      );
      await client.query(rows[0].statement);
    }
  } finally {
    await client.end();
  }
}
