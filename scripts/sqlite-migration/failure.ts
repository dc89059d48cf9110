import { isConnectionLost } from '@/lib/db/lost-connection';
import { Failure } from '../cli/failure';

const GO_ON =
  'Nothing that was stored is lost: run the same command again and it goes on from there.';

/** What PostgreSQL or the system had against it, in a sentence where one is known. */
export function explain(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Failure) return error;
  // Drizzle's wrapper, around what the database said.
  if (error.message.startsWith('Failed query:') && error.cause) return explain(error.cause);
  const code = 'code' in error ? String(error.code) : '';
  const because = (what: string) =>
    new Failure(`${what} (${error.message}). ${GO_ON}`, { cause: error });
  if (code === '53100') return because('The disk of PostgreSQL is full');
  if (code === '55P03') return because('Somebody else is using the tables of the database');
  if (code === '42501') {
    return new Failure(
      `This user may not do that in the database (${error.message}). Use the owner of its tables.`,
      { cause: error },
    );
  }
  if (code.startsWith('53')) return because('PostgreSQL ran out of what it needs');
  if (isConnectionLost(error)) return because('The connection to PostgreSQL broke');
  return error;
}
