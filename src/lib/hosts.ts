const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Whether a Host header names this machine from within. */
export const isLoopbackHost = (host: string): boolean =>
  LOOPBACK.has(host.toLowerCase().replace(/:\d+$/, ''));

/**
 * Whether a Host header names this app: a loopback address, or `publicUrl`'s host. A page on
 * another site can make its own name resolve to 127.0.0.1; only the header gives it away.
 */
export function isOwnHost(host: string | null, publicUrl: string | undefined): boolean {
  if (!host) return false;
  if (publicUrl && host.toLowerCase() === new URL(publicUrl).host) return true;
  return isLoopbackHost(host);
}
