import type { Client } from 'pg';
import { openClient } from '../connection';

/**
 * A connection of its own for COPY, which postgres.js cannot be trusted with: it never reports
 * one that fails. Without a statement timeout, as an import takes what it takes.
 */
export async function connectForCopy(url: string): Promise<Client> {
  const client = await openClient(url, { applicationName: 'candle-annotator-import' });
  await client.query(
    "set timezone to 'UTC'; set lock_timeout to '10s'; set statement_timeout to 0",
  );
  return client;
}
