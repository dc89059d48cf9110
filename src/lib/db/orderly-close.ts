import type { Socket } from 'node:net';

/**
 * A socket for postgres.js that closes only once nothing is being written to it any more. The
 * driver forgets a closed socket at once, and what a failed transaction then sends (its rollback)
 * ends the whole process, or leaves a connection that never sends again (porsager/postgres#1154,
 * #1208). So what is under way is failed first, then what follows from that, and so on. It also keeps
 * why the server ended a session, and fails the first statement of the next one with it; so that is
 * what everything under way is failed with here.
 */
export function withOrderlyClose(socket: Socket): Socket {
  const emit = socket.emit.bind(socket);
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  let hasWritten = false;
  let reason: Error | undefined;

  const close = (hadError: unknown) => {
    hasWritten = false;
    emit('error', reason ?? connectionClosed());
    // The driver writes at the end of the turn in which it was asked to.
    setImmediate(() =>
      setImmediate(() => (hasWritten ? close(hadError) : emit('close', hadError === true))),
    );
  };
  return Object.assign(socket, {
    emit(event: string, ...args: unknown[]): boolean {
      if (event === 'close') {
        close(args[0]);
        return true;
      }
      const fatal = event === 'data' ? readFatal(args[0]) : undefined;
      reason ??= fatal;
      return fatal ? true : emit(event, ...args);
    },
    write(...args: unknown[]): boolean {
      hasWritten = true;
      return write(...args);
    },
  });
}

/** As the driver's own error, which is told to people as a database that cannot be reached. */
export const connectionClosed = () =>
  Object.assign(new Error('the connection to the database was closed'), {
    code: 'CONNECTION_CLOSED',
  });

/** The server's last words, which it ends the connection after; they come in a message of their own. */
function readFatal(bytes: unknown): Error | undefined {
  if (!(bytes instanceof Buffer) || bytes.length < 5 || bytes[0] !== 'E'.charCodeAt(0)) return;
  if (bytes.readInt32BE(1) + 1 !== bytes.length) return;
  const parts = bytes.toString('utf8', 5).split('\0').filter(Boolean);
  const fields = new Map(parts.map((part) => [part[0], part.slice(1)]));
  if (!/^(FATAL|PANIC)$/.test(fields.get('V') ?? '')) return;
  const [severity, code, detail] = ['V', 'C', 'D'].map((name) => fields.get(name));
  return Object.assign(new Error(fields.get('M')), { severity, code, detail });
}
