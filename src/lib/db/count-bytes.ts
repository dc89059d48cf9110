import type { Socket } from 'node:net';

/** Counts what comes in over any number of sockets, those that have closed included. */
export function countBytes() {
  const open = new Set<Socket>();
  let closed = 0;
  return {
    add(socket: Socket) {
      open.add(socket);
      socket.once('close', () => {
        open.delete(socket);
        closed += socket.bytesRead;
      });
    },
    read: () => [...open].reduce((sum, socket) => sum + socket.bytesRead, closed),
  };
}
