import { sql } from 'drizzle-orm';
// biome-ignore lint/style/noRestrictedImports: the migrations lie beside src, and this file alone names them.
import journal from '../../../drizzle/meta/_journal.json';
import { errorReason } from '../error-reason';
import { within } from '../retry';
import type { Db } from '.';

const ANSWER_TIMEOUT_MS = 5_000;
/** When the newest migration that this version knows was made; Drizzle writes it into its table. */
const NEWEST = Math.max(...journal.entries.map(({ when }) => when));

export type Readiness = {
  database: 'ok' | 'unreachable';
  /** Pending: npm run db:migrate. Newer: the database is of a later version than this app. */
  migrations: 'current' | 'pending' | 'newer' | 'unknown';
};

/** Whether the database answers soon and has the tables of this version. */
export async function readiness(db: Db): Promise<Readiness> {
  try {
    const newest = db.execute<{ applied: string }>(
      sql`select max(created_at) as applied from drizzle.__drizzle_migrations`,
    );
    const late = `no answer in ${ANSWER_TIMEOUT_MS / 1000} seconds`;
    const [row] = await within(ANSWER_TIMEOUT_MS, newest, late);
    const applied = Number(row?.applied ?? 0);
    const migrations = applied === NEWEST ? 'current' : applied < NEWEST ? 'pending' : 'newer';
    return { database: 'ok', migrations };
  } catch (error) {
    // There is no such table yet.
    if (isMissing(error)) return { database: 'ok', migrations: 'pending' };
    // One line: whoever watches asks every few seconds.
    console.error('ready:', errorReason(error));
    return { database: 'unreachable', migrations: 'unknown' };
  }
}

function isMissing(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && /^(42P01|3F000)$/.test(String(cause.code));
}
