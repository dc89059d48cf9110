import { openClient, readTarget } from './connection';

/** Roles that the migrations make without a login: what logs in is the operator's to decide. */
export const LOGIN_ROLES = ['ml', 'reader'] as const;
export type LoginRole = (typeof LOGIN_ROLES)[number];

type Limits = { connections: number; settings: Record<string, string> };
/** No role may take the whole server for itself, whatever it is asked to do. */
export const ROLE_LIMITS: Record<LoginRole, Limits> = {
  ml: {
    connections: 20,
    settings: {
      // A run reads a whole chart in one statement.
      statement_timeout: '1h',
      lock_timeout: '1min',
      idle_in_transaction_session_timeout: '10min',
      temp_file_limit: '10GB',
    },
  },
  reader: {
    connections: 20,
    settings: {
      statement_timeout: '10min',
      lock_timeout: '10s',
      // A notebook is in a transaction from its first query on; it must not hold off vacuum for ever.
      idle_in_transaction_session_timeout: '1h',
      temp_file_limit: '10GB',
    },
  },
};
const NOT_PERMITTED = '42501';

/**
 * Lets `role` log in with `password` to the database at `url`, within limits, and nobody who has no
 * role here. Answers the settings that are a superuser's alone to give.
 */
export async function giveLogin(url: string, role: LoginRole, password: string): Promise<string[]> {
  const client = await openClient(url, { applicationName: 'candle-annotator-roles' });
  const { connections, settings } = ROLE_LIMITS[role];
  /** PostgreSQL itself quotes the names and values: such statements take no parameters. */
  const run = async (statement: string, ...values: string[]) => {
    const places = values.map((_, i) => `$${i + 2}::text`);
    const { rows } = await client.query(
      `select format($1, ${[...places, 'current_database()'].join(', ')}) as text`,
      [statement, ...values],
    );
    await client.query(rows[0].text);
  };
  try {
    await run(
      `alter role %1$I login password %2$L connection limit ${connections}`,
      role,
      password,
    );
    await run('revoke connect, temporary on database %2$I from public', role);
    await run('grant connect on database %3$I to %1$I, %2$I', role, readTarget(url).user);
    const refused: string[] = [];
    for (const [setting, value] of Object.entries(settings)) {
      try {
        await run('alter role %1$I in database %4$I set %2$I to %3$L', role, setting, value);
      } catch (error) {
        if ((error as { code?: string }).code !== NOT_PERMITTED) throw error;
        refused.push(`${setting} = ${value}`);
      }
    }
    return refused;
  } finally {
    await client.end();
  }
}
