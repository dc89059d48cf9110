import type { inferRouterOutputs, TRPC_ERROR_CODE_KEY } from '@trpc/server';
import type { z } from 'zod';
import type { AppRouter } from './root';

/*
 * What every procedure does and answers, for docs/api.md and for tests: answers are declared here
 * and checked in tests, so that no call pays for checking them.
 */

type Outputs = inferRouterOutputs<AppRouter>;
export type Domain = keyof Outputs;
/** An event that can be resumed after comes with its id. */
type Item<T> = T extends { id: string; data: infer Data } ? Data : T;
/** Of a stream, what it is made of. */
type Answer<T> = T extends AsyncIterable<infer Part> ? Item<Part> : T;

export type ProcedureDescription<T = unknown> = {
  /** One or two sentences. */
  summary: string;
  output: z.ZodType<T>;
  /** The answer is a stream, of what `output` says. */
  stream?: true;
  /** Errors of its own, beside those of `COMMON_ERRORS`, and when they come. */
  errors?: Partial<Record<TRPC_ERROR_CODE_KEY, string>>;
};
/** The procedures of one domain. */
export type Api<Of extends Domain> = {
  [Name in keyof Outputs[Of]]: ProcedureDescription<Answer<Outputs[Of][Name]>> &
    (Outputs[Of][Name] extends AsyncIterable<unknown> ? { stream: true } : { stream?: never });
};

/** What any procedure may answer instead, and when. */
export const COMMON_ERRORS: Partial<Record<TRPC_ERROR_CODE_KEY, string>> = {
  BAD_REQUEST:
    'The input is not what the procedure takes; `error.data.issues` says where and why, for a form. Nothing was changed.',
  UNAUTHORIZED:
    'No token came along, neither as a cookie nor as `Authorization: Bearer …`, or one that is not valid any more.',
  FORBIDDEN:
    'The role or the token does not hold the permission, or the request comes from a page of another site.',
  NOT_FOUND: 'What the input names is not there, or is somebody else’s: both look the same.',
  METHOD_NOT_SUPPORTED:
    'A mutation was sent with GET, a query with POST, or either with another method. `Allow` has those that the address takes.',
  PAYLOAD_TOO_LARGE: 'The request is over 4 MiB or does not state its length.',
  UNSUPPORTED_MEDIA_TYPE: 'A request that writes is not `application/json`.',
  TIMEOUT:
    'The database took too long, mostly since somebody else holds a row. Nothing was changed; try again.',
  SERVICE_UNAVAILABLE:
    'The database cannot be reached; told within ten seconds. Try again: what was saved under a `uid` is not saved twice.',
  INTERNAL_SERVER_ERROR: 'A fault of the server, whose log has the text.',
};
