import { Client } from 'pg';

/**
 * A connection of its own for COPY, which postgres.js cannot be trusted with: it never reports
 * one that fails. Without a statement timeout, as an import takes what it takes.
 */
export async function connectForCopy(url: string): Promise<Client> {
  const client = new Client({
    connectionString: url,
    application_name: 'candle-annotator-import',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  });
  // A connection that breaks fails the statement under way, or the next one.
  client.on('error', () => {});
  await client.connect();
  await client.query("set timezone to 'UTC'; set lock_timeout to '10s'");
  return client;
}
