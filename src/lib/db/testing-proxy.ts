import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP connection to `port` of this machine that a test can make fail. */
export async function startProxy(port: number) {
  const pairs = new Set<[Socket, Socket]>();
  const unheard: Socket[] = [];
  let stalled = false;
  let down = false;
  let silentToNew = false;
  let lastWords: string | null = null;
  const cut = () => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
  };
  let losesCommit = false;
  const server = createServer((client) => {
    if (down) return client.destroy();
    if (silentToNew) return unheard.push(client);
    const upstream = connect(port, '127.0.0.1');
    const pair: [Socket, Socket] = [client, upstream];
    pairs.add(pair);
    let isLast = false;
    for (const [from, to] of [pair, [upstream, client] as const]) {
      from.on('data', (bytes) => {
        if (isLast && from === upstream) return cut();
        if (from === client && lastWords && bytes.toString('latin1').includes(lastWords)) {
          isLast = true;
        }
        // What comes while it is stalled is lost for good, as in a network that forgot the way.
        if (stalled) return;
        if (losesCommit && from === upstream && bytes.includes('COMMIT\0')) {
          losesCommit = false;
          for (const socket of pair) socket.destroy();
        } else to.write(bytes);
      });
      from.on('error', () => {});
      from.on('close', () => {
        to.destroy();
        pairs.delete(pair);
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => pairs.size,
    /** Nothing gets through, and nobody is told; new connections are taken and stay silent, too. */
    stall: (on: boolean) => {
      stalled = on;
    },
    /** New connections are taken and stay silent; those that there are go on. */
    silenceNew: (on: boolean) => {
      silentToNew = on;
      if (!on) for (const socket of unheard.splice(0)) socket.destroy();
    },
    /** Connections end, and new ones are refused. */
    down: (on: boolean) => {
      down = on;
      if (on) cut();
    },
    /** The next connection on which PostgreSQL says that it has committed ends instead of saying so. */
    loseCommit: () => {
      losesCommit = true;
    },
    isCommitLost: () => !losesCommit,
    cut,
    /** The answer to a message with this in it does not get through: the connection ends in its place. */
    cutAnswerTo: (words: string | null) => {
      lastWords = words;
    },
    async close() {
      cut();
      for (const socket of unheard) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
