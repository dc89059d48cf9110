import type { TRPC_ERROR_CODE_KEY } from '@trpc/server';
import type { Conflict, Refusal } from '@/contract/errors';

/**
 * An error whose message is meant for the person who caused it. Anything else that is thrown
 * reaches the client as INTERNAL_SERVER_ERROR without its text.
 */
export class AppError extends Error {
  constructor(
    readonly code: TRPC_ERROR_CODE_KEY,
    message: string,
    readonly conflicts?: Conflict<unknown>[],
    readonly refused?: Refusal[],
  ) {
    super(message);
    this.name = 'AppError';
  }
}

/** A write of which nothing is stored, because of these of its rows. */
export function refusedRows(code: 'BAD_REQUEST' | 'CONFLICT', refused: Refusal[]): AppError {
  const reason = refused[0]?.reason ?? '';
  const message = reason.endsWith('.')
    ? `${reason} Nothing was saved.`
    : `${reason}; nothing was saved.`;
  return new AppError(code, message, undefined, refused);
}

/** The answer to a commit is lost, and PostgreSQL cannot be asked what became of it. */
export const outcomeUnknown = (what: string) =>
  new AppError(
    'SERVICE_UNAVAILABLE',
    `The connection to the database was lost at the very end, and it is not known whether ${what} are stored. Look whether they are there before you import them again.`,
  );

/** SQLSTATE of a database error; Drizzle wraps the driver's error as its cause. */
export const sqlState = (error: unknown): string | undefined => databaseError(error)?.code;

/** The unique constraint or index that a write ran against, if that is why it failed. */
export function violatedUnique(error: unknown): string | undefined {
  const found = databaseError(error);
  return found?.code === '23505' ? (found.constraint_name ?? '') : undefined;
}

function databaseError(error: unknown): { code: string; constraint_name?: string } | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && /^[0-9A-Z]{5}$/.test(at.code)) {
      return at as Error & { code: string };
    }
  }
  return undefined;
}
