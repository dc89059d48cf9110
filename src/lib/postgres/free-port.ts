import { createServer } from 'node:net';

/** The first of `wanted` that nothing on 127.0.0.1 listens on, or any other free port. */
export async function freePort(...wanted: number[]): Promise<number> {
  for (const port of wanted) {
    if (await tryPort(port)) return port;
  }
  const port = await tryPort(0);
  if (!port) throw new Error('No port is free on 127.0.0.1.');
  return port;
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer().once('error', () => resolve(undefined));
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });
}
