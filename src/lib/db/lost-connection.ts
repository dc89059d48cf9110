/** What the system and postgres.js say where there is no connection. */
const CODES = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'TLS_REFUSED',
]);
/** Of a Unix socket that is not there, or that somebody else alone may use. */
const OF_SOCKET = new Set(['ENOENT', 'EACCES']);
/** What pg says of a connection that it lost; such errors have no code. */
const MESSAGE =
  /^(Connection terminated|Client has encountered a connection error|Client was closed and is not queryable|timeout expired)/;
/** What PostgreSQL says before it closes one: it stops, starts, or never let anybody in. */
const STATE = /^(08|57P)/;

/** Whether something failed as the connection to PostgreSQL broke, or never came about; looks at what it was caused by. */
export function isConnectionLost(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (MESSAGE.test(at.message)) return true;
    if (!('code' in at)) continue;
    const code = String(at.code);
    if (CODES.has(code) || STATE.test(code)) return true;
    // Any other file that is not there is none of the database's.
    if (OF_SOCKET.has(code) && 'syscall' in at && at.syscall === 'connect') return true;
  }
  return false;
}
