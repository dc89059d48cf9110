import type { IncomingMessage, ServerResponse } from 'node:http';
import { db } from '@/lib/db';
import { env } from '@/lib/env';
import { actorOf, SESSION_SECONDS } from '../access/access';
import type { Actor } from '../context';

/** Browsers send a host's cookies to each of its ports, so each has a name of its own. */
function cookieName({ headers }: IncomingMessage): string {
  const [, port] = /:(\d+)$/.exec(headers.host ?? '') ?? [];
  return `candle-annotator-${port ?? 'session'}`;
}

/** Who sends this request, by a bearer token or the cookie of a session; null when nobody is known. */
export async function visitorOf(request: IncomingMessage): Promise<Actor | null> {
  const secret = bearerOf(request) ?? cookieOf(request);
  return secret ? await actorOf(db(), secret) : null;
}

function bearerOf({ headers }: IncomingMessage): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}

function cookieOf(request: IncomingMessage): string | undefined {
  const begin = `${cookieName(request)}=`;
  const cookies = request.headers.cookie?.split(/; */) ?? [];
  return cookies.find((cookie) => cookie.startsWith(begin))?.slice(begin.length);
}

/** Has the browser keep a session: no script reads it, and no page of another site sends it. */
export function keepSession(
  request: IncomingMessage,
  response: ServerResponse,
  secret: string,
): void {
  const { PUBLIC_URL } = env();
  const isPublic = PUBLIC_URL && new URL(PUBLIC_URL).host === request.headers.host?.toLowerCase();
  const attributes = ['Path=/', `Max-Age=${SESSION_SECONDS}`, 'HttpOnly', 'SameSite=Strict'];
  if (isPublic && PUBLIC_URL.startsWith('https:')) attributes.push('Secure');
  response.setHeader('set-cookie', [`${cookieName(request)}=${secret}`, ...attributes].join('; '));
}
