import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import { transformer } from '@/contract/transformer';
import { env } from '@/lib/env';
import { isOwnHost } from '@/lib/hosts';

const MAX_BODY = 4 * 2 ** 20;
export const MAX_BATCH = 10;
const OWN_SITES = new Set(['same-origin', 'none']);

const STATUS = { FORBIDDEN: 403, PAYLOAD_TOO_LARGE: 413, UNSUPPORTED_MEDIA_TYPE: 415 } as const;

/**
 * The answer to a request that must not reach a procedure, or null. Without a sign-in a browser
 * would let any web page call us: under a name of its own that resolves to this machine, or by
 * posting a form. tRPC itself runs mutations sent as a form or as bytes.
 */
export function refuse(request: Request): Response | null {
  const { headers } = request;
  const host = headers.get('host');
  const foreign = refuseHost(request);
  if (foreign) return foreign;
  const origin = headers.get('origin');
  if (origin !== null && !isOwnOrigin(origin, host)) {
    return refusal('FORBIDDEN', `The page ${origin} may not use this server.`);
  }
  const site = headers.get('sec-fetch-site');
  if (site !== null && !OWN_SITES.has(site)) {
    return refusal('FORBIDDEN', 'A page of another site may not use this server.');
  }
  if (request.method === 'GET' || request.method === 'HEAD') return null;
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    return refusal('UNSUPPORTED_MEDIA_TYPE', 'A request that writes must be application/json.');
  }
  const length = Number(headers.get('content-length') ?? Number.NaN);
  if (!(length <= MAX_BODY)) {
    return refusal(
      'PAYLOAD_TOO_LARGE',
      `A request must state its length and stay under ${MAX_BODY / 2 ** 20} MiB. Send fewer at once.`,
    );
  }
  return null;
}

/** The answer to a request under a name that is not this server's, or null. */
export function refuseHost({ headers }: Request): Response | null {
  const host = headers.get('host');
  if (isOwnHost(host, env().PUBLIC_URL)) return null;
  return refusal('FORBIDDEN', `This server does not answer to the host name ${host ?? '(none)'}.`);
}

function isOwnOrigin(origin: string, host: string | null): boolean {
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}

/** In the shape that a tRPC client reads. */
function refusal(code: keyof typeof STATUS, message: string): Response {
  const httpStatus = STATUS[code];
  const error = { message, code: TRPC_ERROR_CODES_BY_KEY[code], data: { code, httpStatus } };
  return Response.json(
    { error: transformer.serialize(error) },
    { status: httpStatus, headers: { 'cache-control': 'no-store' } },
  );
}
