import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import next from 'next';
import { db } from '@/lib/db';
import { env, setNextConfig } from '@/lib/env';
import { errorReason } from '@/lib/error-reason';
import { poll, within } from '@/lib/retry';
import { acceptToken, requireToken, signInUrl } from '../access/access';
import { purgeDeletedCharts } from '../charts/data';
import { sweepUploads } from '../uploads/upload-files';
import { createHttpServer, type Pages } from './http-server';

/** Requests may end; streams of events never do by themselves. */
const GRACE_MS = 500;
/** The database may be away; then it is tried again while pages are served. */
const FIRST_TRY_MS = 2_000;
const HOUR_MS = 3_600_000;
const HOT_RELOAD = /^\/_next\/[\w-]*hmr(\?|$)/;

/** The web app's one program, for `npm start`, `npm run dev` and the image: pages and procedures. */
async function main(): Promise<void> {
  const { HOST, PORT } = env();
  if (process.argv.includes('--url')) {
    console.log(await newAddress());
    process.exit(0);
  }
  const server = createHttpServer(await openPages());
  // Whoever is told that we are ready may come with the token at once.
  await within(FIRST_TRY_MS, letProgramsIn(), 'later').catch(() => {});
  // A fault of one request is no reason to end all others.
  process.on('unhandledRejection', (error) => console.error(error));
  server.listen(PORT, HOST, () => console.log(`listening on http://${HOST}:${PORT}`));
  server.once('listening', openDoor);
  keepSwept();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      server.close(() => process.exit(0));
      server.closeIdleConnections();
      // Nor do sockets of hot reload, which the server no longer counts as its own.
      setTimeout(() => process.exit(0), GRACE_MS);
    });
  }
}

/** Abandoned uploads, and charts that can be restored no more, go without anybody's doing. */
function keepSwept() {
  const sweep = () => {
    for (const work of [sweepUploads(), purgeDeletedCharts(db())]) {
      work.catch((error) => console.error(error));
    }
  };
  sweep();
  setInterval(sweep, HOUR_MS).unref();
}

/** Lets in who has the token of the file, and whoever opens the address that is printed. */
async function openDoor(): Promise<void> {
  const { INSTANCE_ID } = env();
  let isSaid = false;
  await poll(
    async () => {
      try {
        await letProgramsIn();
        // Who started this instance prints one itself.
        if (!INSTANCE_ID) console.log(`web       ${await newAddress()}`);
        return true;
      } catch (error) {
        if (!isSaid) console.error(`Nobody new can sign in yet: ${errorReason(error)}`);
        isSaid = true;
        return undefined;
      }
    },
    { everyMs: 2_000 },
  );
}

async function letProgramsIn(): Promise<void> {
  const { TOKEN_FILE } = env();
  if (TOKEN_FILE) await acceptToken(db(), await readToken(TOKEN_FILE));
}

function newAddress(): Promise<string> {
  const { PUBLIC_URL, LOCAL_URL, HOST, PORT } = env();
  return signInUrl(db(), new URL(PUBLIC_URL ?? LOCAL_URL ?? `http://${HOST}:${PORT}`).origin);
}

async function readToken(file: string): Promise<string> {
  const token = (await readFile(file, 'utf8')).trim();
  requireToken(file, token);
  return token;
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
