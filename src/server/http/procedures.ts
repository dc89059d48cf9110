import type { IncomingMessage, ServerResponse } from 'node:http';
import { getTRPCErrorFromUnknown } from '@trpc/server';
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http';
import { db } from '@/lib/db';
import type { Context } from '../context';
import { appRouter } from '../root';
import { toTrpcError } from '../to-trpc-error';
import { visitorOf } from './visitor';

export const PROCEDURES = '/api/trpc/';
const MAX_BATCH = 10;
const CHECK_MS = 10_000;

/** Runs the procedures that the path names, behind `PROCEDURES`. */
export function runProcedures(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): void {
  endWithSession(request, response);
  // tRPC waits for its reader to take more; one who has gone never will, and holds what is being read.
  response.once('close', () => response.emit('drain'));
  void nodeHTTPRequestHandler({
    req: request,
    res: response,
    path,
    router: appRouter,
    maxBatchSize: MAX_BATCH,
    createContext: () => contextOf(request),
    responseMeta({ info, paths, errors, type }) {
      // tRPC's own headers keep a stream of events from being stored or held back.
      if (type === 'subscription') return {};
      // Its input names the data revision, so what it answers never changes.
      const isTile = !info?.isBatchCall && paths?.length === 1 && paths[0] === 'candles.tiles';
      const cache =
        isTile && errors.length === 0 ? 'private, max-age=31536000, immutable' : 'no-store';
      return { headers: { 'cache-control': cache } };
    },
  });
}

/** A stream that goes on for hours ends once whoever follows it is let in no more. */
function endWithSession(request: IncomingMessage, response: ServerResponse): void {
  const check = setInterval(() => {
    visitorOf(request).then(
      (actor) => actor ?? response.destroy(),
      () => {}, // The database is away: nobody has been put out.
    );
  }, CHECK_MS);
  check.unref();
  response.once('close', () => clearInterval(check));
}

/** Whoever is let in is told to the procedures, which decide what they may do. */
async function contextOf(request: IncomingMessage): Promise<Context> {
  try {
    const { remoteAddress: address } = request.socket;
    return { db: db(), actor: await visitorOf(request), address };
  } catch (error) {
    throw toTrpcError(getTRPCErrorFromUnknown(error));
  }
}
