import type { Socket } from 'node:net';

/**
 * A socket for postgres.js that closes only once nothing is being written to it any more. The
 * driver forgets a closed socket at once, and what a failed transaction then sends (its rollback)
 * ends the whole process, or leaves a connection that never sends again (porsager/postgres#1154,
 * #1208). So what is under way is failed first, then what follows from that, and so on.
 */
export function withOrderlyClose(socket: Socket): Socket {
  const emit = socket.emit.bind(socket);
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  let hasWritten = false;

  const close = (hadError: unknown) => {
    hasWritten = false;
    emit('error', connectionClosed());
    // The driver writes at the end of the turn in which it was asked to.
    setImmediate(() =>
      setImmediate(() => (hasWritten ? close(hadError) : emit('close', hadError === true))),
    );
  };
  return Object.assign(socket, {
    emit(event: string, ...args: unknown[]): boolean {
      if (event !== 'close') return emit(event, ...args);
      close(args[0]);
      return true;
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
