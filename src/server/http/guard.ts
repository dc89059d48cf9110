import type { IncomingMessage } from 'node:http';
import { env } from '@/lib/env';
import { isOwnHost } from '@/lib/hosts';

const MAX_BODY = 4 * 2 ** 20;
const OWN_SITES = new Set(['same-origin', 'none']);

/** Why a request is not served; the code is tRPC's name of the status. */
export type Refusal = {
  status: number;
  code?: RefusalCode;
  message: string;
  /** The methods to come back with. */
  allow?: string;
};
export type RefusalCode =
  | 'FORBIDDEN'
  | 'METHOD_NOT_SUPPORTED'
  | 'PAYLOAD_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE';

const forbidden = (message: string): Refusal => ({ status: 403, code: 'FORBIDDEN', message });

/** What HTTP forbids, and what comes under a name that is not this server's. */
export function refuseRequest({
  method,
  url,
  rawHeaders,
  headers,
}: IncomingMessage): Refusal | null {
  if (method === 'TRACE') return notAllowed(method, READING);
  const hosts = rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host');
  // Whoever checks one of two names may not be who uses the other.
  if (hosts.length !== 1) return { status: 400, message: 'A request has to name one host.' };
  if (!isPlainPath(url)) {
    return { status: 400, message: 'The address of this request is no path of this server.' };
  }
  const host = headers.host ?? null;
  if (isOwnHost(host, env().PUBLIC_URL)) return null;
  return forbidden(`This server does not answer to the host name ${host || '(none)'}.`);
}

const READING = ['GET', 'HEAD'];

/** What is only read takes nothing else: who sends it a form would think it stored. */
export function refuseWriting({ method = '' }: IncomingMessage): Refusal | null {
  return READING.includes(method) ? null : notAllowed(method, READING);
}

function notAllowed(method: string, allowed: string[]): Refusal {
  const message = `This address does not answer to ${method}.`;
  return { status: 405, code: 'METHOD_NOT_SUPPORTED', message, allow: allowed.join(', ') };
}

/**
 * Whether everybody reads the same path: not the address of another server, nothing that leads up
 * or can be left out, and only escapes that stand for characters. Browsers send no other.
 */
function isPlainPath(url = ''): boolean {
  try {
    const path = decodeURIComponent(url.split('?', 1)[0] ?? '');
    return path.startsWith('/') && !/\\|\/\/|\/\.\.?(\/|$)|\0/.test(path);
  } catch {
    return false;
  }
}

/**
 * What must not reach a procedure, of requests under our own name. A browser lets any web page post
 * a form to us, and tRPC itself runs mutations sent as a form or as bytes.
 */
export function refuseCall({ method = '', headers }: IncomingMessage): Refusal | null {
  const { origin } = headers;
  if (origin !== undefined && !isOwnOrigin(origin, headers.host)) {
    return forbidden(`The page ${origin} may not use this server.`);
  }
  const site = headers['sec-fetch-site'];
  if (site !== undefined && !OWN_SITES.has(String(site))) {
    return forbidden('A page of another site may not use this server.');
  }
  if (READING.includes(method)) return null;
  if (method !== 'POST') return notAllowed(method, [...READING, 'POST']);
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    const message = 'A request that writes must be application/json.';
    return { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE', message };
  }
  if (Number(headers['content-length'] ?? Number.NaN) <= MAX_BODY) return null;
  const limit = `${MAX_BODY / 2 ** 20} MiB`;
  const message = `A request must state its length and stay under ${limit}. Send fewer at once.`;
  return { status: 413, code: 'PAYLOAD_TOO_LARGE', message };
}

function isOwnOrigin(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}
