import { rowCount } from '../preflight';
import type { Target } from './connection';
import type { ExistingData } from './existing-data';
import type { Migration } from './state';

export type Identity = { version: string; database: string; user: string; server: string };

export async function identify(target: Target): Promise<Identity> {
  const found = await target.one<{ version: string; database: string; user: string }>(
    `select current_setting('server_version') as version, current_database() as database,
       current_user as "user"`,
  );
  return { ...found, server: new URL(target.url).host };
}

/** Where the rows will go, for a person to read before anything is written. */
export function describeTarget(
  identity: Identity,
  state: { migration: Migration | null; existingData: ExistingData; pending: number },
): string[] {
  const { server, database, user, version } = identity;
  const lines = ['Into', `  ${database} at ${server}, as ${user}; PostgreSQL ${version}`];
  const { migration, existingData, pending } = state;
  if (pending > 0) lines.push(`  Its schema lacks ${pending} migrations, which come first.`);
  if (migration) {
    lines.push(`  A migration of this file stands at “${migration.phase}”: it goes on from there.`);
  } else {
    const rows = Object.values(existingData).reduce((sum, n) => sum + n, 0);
    lines.push(rows > 0 ? `  It holds ${rowCount(rows)}.` : '  It holds no data.');
  }
  return [...lines, ''];
}
