import postgres, { type Sql } from 'postgres';

/** A connection on which every value has one spelling, and nothing is cut short. */
export function connectAlone(url: string): Sql {
  return postgres(url, {
    max: 1,
    connect_timeout: 10,
    onnotice: () => {},
    connection: {
      application_name: 'candle-annotator-backup',
      TimeZone: 'UTC',
      DateStyle: 'ISO, MDY',
      bytea_output: 'hex',
      extra_float_digits: 1,
      statement_timeout: 0,
      idle_in_transaction_session_timeout: 0,
    },
  });
}

/** How libpq's programs are told of `url`: the password is kept from the list of processes. */
export function forPrograms(url: string): { dbname: string; env: NodeJS.ProcessEnv } {
  const { password } = new URL(url);
  const without = new URL(url);
  without.password = '';
  const env = { ...process.env, PGAPPNAME: 'candle-annotator-backup' };
  return {
    dbname: without.href,
    env: password ? { ...env, PGPASSWORD: decodeURIComponent(password) } : env,
  };
}

/** The database for people, without its password. */
export function nameOf(url: string): string {
  const { pathname, host } = new URL(url);
  return `${decodeURIComponent(pathname.slice(1))} on ${host}`;
}
