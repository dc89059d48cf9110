import { TRPCError } from '@trpc/server';
import { isConnectionLost } from '@/lib/db/lost-connection';
import { errorReason } from '@/lib/error-reason';
import { AppError, sqlState } from './errors';

const OTHER_VERSION =
  'The database has the tables of another version of candle-annotator. Start the app again, or run npm run db:migrate.';
const LOCKED_OUT =
  'The database does not let the app in: its password or its rules are others now. Nothing was changed; start the app with those that hold.';
/** What the server ran out of or no longer allows, and tables, columns and functions that are not there. */
const TOLD: Record<string, string> = {
  '25006':
    'The database is read-only, as a standby is, or one whose host has found its disk full. Nothing was changed.',
  '28000': LOCKED_OUT,
  '28P01': LOCKED_OUT,
  '3D000': 'The database that the app was started on is not there any more. Nothing was changed.',
  '42501':
    'The database does not let the app do this: the role of its DATABASE_URL has to own the tables. Nothing was changed; the log says what it may not.',
  '53100': 'The disk of the database is full. Nothing was changed; free some space and try again.',
  '53200': 'The database is out of memory. Nothing was changed; try again in a moment.',
  '53300': 'The database has no connection left. Nothing was changed; try again in a moment.',
  '53400':
    'This takes more than the database lets one session use. Nothing was changed; ask for less.',
  '42P01': OTHER_VERSION,
  '42703': OTHER_VERSION,
  '42883': OTHER_VERSION,
};

/** Turns whatever a procedure threw into what the client may see; the rest goes to the log. */
export function toTrpcError(error: TRPCError): TRPCError {
  const cause = error.cause;
  if (cause instanceof AppError) {
    return new TRPCError({ code: cause.code, message: cause.message, cause });
  }
  if (error.code !== 'INTERNAL_SERVER_ERROR') return error;
  const state = sqlState(cause);
  if (isConnectionLost(cause)) {
    return new TRPCError({
      code: 'SERVICE_UNAVAILABLE',
      message: 'The database cannot be reached. Try again in a moment.',
      cause,
    });
  }
  const told = state && TOLD[state];
  if (told) {
    // One line: they come by the hundred, and maybe onto the disk that is full.
    console.error(`${errorReason(cause)} (${state})`);
    return new TRPCError({ code: 'SERVICE_UNAVAILABLE', message: told, cause });
  }
  // Cancelled for its time, kept out by a lock, or the loser of two that waited for each other.
  if (state === '57014' || state === '55P03' || state === '40P01') {
    return new TRPCError({
      code: 'TIMEOUT',
      message: 'The database took too long to answer. Nothing was changed; try again.',
      cause,
    });
  }
  console.error(error);
  return new TRPCError({
    code: 'INTERNAL_SERVER_ERROR',
    message: 'Something went wrong on the server; its log says what.',
    cause,
  });
}
