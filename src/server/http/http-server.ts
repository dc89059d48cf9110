import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import compression from 'compression';
import { env } from '@/lib/env';
import { isLoopbackHost } from '@/lib/hosts';
import { refuse } from './answer';
import { keepOut } from './entrance';
import { refuseCall, refuseRequest, refuseWriting } from './guard';
import { DATA_POLICY, pagePolicy, SECURITY_HEADERS } from './headers';
import { sendHealth, sendReadiness } from './health';
import { PROCEDURES, runProcedures } from './procedures';

/** What Next.js serves. */
export type Pages = {
  serve(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Takes a WebSocket, or answers false. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
};

/** The whole web app over HTTP: procedures, health, and the pages for every other path. */
export function createHttpServer(pages: Pages): Server {
  const server = createServer((request, response) => {
    answer(request, response, pages).catch((error) => {
      console.error(error);
      if (response.headersSent) response.destroy();
      else refuse(response, { status: 500, message: 'Something went wrong.' }, 'person');
    });
  });
  server.on('upgrade', (request, socket, head) => {
    const isOurs = !refuseRequest(request) && !refuseCall(request);
    if (!isOurs || !pages.upgrade(request, socket, head)) socket.destroy();
  });
  return server;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  pages: Pages,
): Promise<void> {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  const [path = '/'] = (request.url ?? '/').split('?', 1);
  const isApi = path.startsWith('/api/');
  const to = isApi ? 'client' : 'person';
  const isRead = READ_ALONE.has(path) || (!isApi && !isDevTool(path));
  const refused = refuseRequest(request) ?? (isRead ? refuseWriting(request) : null);
  if (refused) return refuse(response, refused, to);
  await compressed(request, response);
  if (!isApi) {
    if (await keepOut(request, response, path)) return;
    return await servePage(request, response, pages);
  }
  response.setHeader('content-security-policy', DATA_POLICY);
  if (path === '/api/health') return sendHealth(response);
  if (path === '/api/ready') return await sendReadiness(response);
  if (path.startsWith(PROCEDURES)) {
    const call = refuseCall(request);
    if (call) return refuse(response, call, to);
    const names = path.slice(PROCEDURES.length);
    if (names) return runProcedures(request, response, names);
  }
  return refuse(response, { status: 404, message: 'There is nothing here.' }, 'person');
}

const READ_ALONE = new Set(['/api/health', '/api/ready']);

/** What Next.js asks of itself while somebody develops. */
const isDevTool = (path: string) =>
  env().NODE_ENV === 'development' && /^\/(_next\/|__nextjs)/.test(path);

async function servePage(request: IncomingMessage, response: ServerResponse, pages: Pages) {
  const policy = pagePolicy(env().NODE_ENV === 'development');
  // Next.js takes the nonce for its own scripts from the request's header.
  request.headers['content-security-policy'] = policy;
  response.setHeader('content-security-policy', policy);
  await pages.serve(request, response);
}

/** Streams of events are told at once, and tiles are gzip already. */
const compress = compression({
  filter: (request, response) =>
    !request.url.startsWith(`${PROCEDURES}candles.tiles?`) &&
    !String(response.getHeader('content-type')).startsWith('text/event-stream') &&
    compression.filter(request, response),
});

/** Who is on this machine gains nothing by it. */
async function compressed(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (isLoopbackHost(request.headers.host ?? '')) return;
  await new Promise((resolve) => compress(request as never, response as never, resolve));
}
