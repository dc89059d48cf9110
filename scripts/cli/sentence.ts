import { errorReason } from '@/lib/error-reason';

const PROGRAMMING = [TypeError, ReferenceError, RangeError, SyntaxError];

/** What a person is told of an error: why, and of a mistake of ours where. */
export function sentenceOf(error: unknown): string {
  const isOurs = PROGRAMMING.some((kind) => error instanceof kind);
  return isOurs && error instanceof Error && error.stack ? error.stack : errorReason(error);
}
