import postgres, { type Sql } from 'postgres';
import { libpqConnection, postgresOptions } from '@/lib/db/connection';

/** A connection on which every value has one spelling, and nothing is cut short. */
export function connectAlone(url: string): Sql {
  return postgres({
    max: 1,
    ...postgresOptions(url, {
      applicationName: 'candle-annotator-backup',
      settings: {
        DateStyle: 'ISO, MDY',
        bytea_output: 'hex',
        extra_float_digits: 1,
        statement_timeout: 0,
        idle_in_transaction_session_timeout: 0,
      },
    }),
  });
}

/** How libpq's programs are told of `url`: the password is kept from the list of processes. */
export function forPrograms(url: string): { dbname: string; env: NodeJS.ProcessEnv } {
  const { url: dbname, env } = libpqConnection(url);
  return { dbname, env: { ...process.env, PGAPPNAME: 'candle-annotator-backup', ...env } };
}
