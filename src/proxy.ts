import { type NextRequest, NextResponse } from 'next/server';
import { env } from '@/lib/env';
import { isOwnHost } from '@/lib/hosts';

/**
 * Adds the Content-Security-Policy to pages and refuses them under a foreign Host. It authorises
 * nothing: ways around Next's proxy have been found before, so procedures do that themselves.
 * It stays away from /api, since a body that passes through here is held in memory and cut short.
 */
export function proxy(request: NextRequest): NextResponse {
  const { NODE_ENV, PUBLIC_URL } = env();
  if (!isOwnHost(request.headers.get('host'), PUBLIC_URL)) {
    return new NextResponse('candle-annotator does not answer to this host name.\n', {
      status: 403,
    });
  }
  const nonce = Buffer.from(crypto.randomUUID()).toString('base64');
  const policy = contentSecurityPolicy(nonce, NODE_ENV === 'development');
  // Next.js takes the nonce for its own scripts from the request's header.
  const headers = new Headers(request.headers);
  headers.set('content-security-policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  return response;
}

export const config = { matcher: '/((?!api/|_next/static/|_next/image).*)' };

function contentSecurityPolicy(nonce: string, isDevelopment: boolean): string {
  return [
    "default-src 'self'",
    // React's development build reports errors by way of eval.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ''}`,
    // React writes style attributes, which a nonce cannot cover.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "object-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join('; ');
}
