/**
 * Why something failed, for people. Drizzle wraps an error of the database in one whose message is
 * the whole statement: what the database said is its cause.
 */
export function errorReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message.startsWith('Failed query:') && error.cause) return errorReason(error.cause);
  // Several addresses were tried, each in vain.
  if (error instanceof AggregateError && !error.message) return errorReason(error.errors[0]);
  const detail = 'detail' in error && error.detail ? ` (${error.detail})` : '';
  return `${error.message || ('code' in error ? error.code : error.name)}${detail}`;
}
