import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import next from 'next';
import { env, setNextConfig } from '@/lib/env';
import { createHttpServer, type Pages } from './http-server';

/** Requests may end; streams of events never do by themselves. */
const GRACE_MS = 500;
const HOT_RELOAD = /^\/_next\/[\w-]*hmr(\?|$)/;

/** The web app's one program, for `npm start`, `npm run dev` and the image: pages and procedures. */
async function main(): Promise<void> {
  const { HOST, PORT } = env();
  const server = createHttpServer(await openPages());
  // A fault of one request is no reason to end all others.
  process.on('unhandledRejection', (error) => console.error(error));
  server.listen(PORT, HOST, () => console.log(`listening on http://${HOST}:${PORT}`));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      server.close(() => process.exit(0));
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), GRACE_MS);
    });
  }
}

async function openPages(): Promise<Pages> {
  const { HOST, PORT, NODE_ENV } = env();
  const dev = NODE_ENV === 'development';
  // Next.js would hear of all upgrades, and leaves those that it does not know open for ever.
  const upgrades = createServer();
  if (!dev) setNextConfig(readFileSync(join('.next', 'required-server-files.json'), 'utf8'));
  const app = next({ dev, hostname: HOST, port: PORT, httpServer: upgrades, quiet: true });
  await app.prepare();
  const serve = app.getRequestHandler();
  return {
    serve,
    upgrade: (request, socket, head) =>
      dev && HOT_RELOAD.test(request.url ?? '') && upgrades.emit('upgrade', request, socket, head),
  };
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
