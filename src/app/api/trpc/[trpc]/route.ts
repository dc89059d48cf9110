import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { db } from '@/lib/db';
import { LOCAL_ACTOR } from '@/server/context';
import { MAX_BATCH, refuse } from '@/server/guard';
import { appRouter } from '@/server/root';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

function handle(request: Request): Response | Promise<Response> {
  return (
    refuse(request) ??
    fetchRequestHandler({
      endpoint: '/api/trpc',
      req: request,
      router: appRouter,
      maxBatchSize: MAX_BATCH,
      createContext: () => ({ db: db(), actor: LOCAL_ACTOR }),
      responseMeta({ info, paths, errors, type }) {
        // tRPC's own headers keep a stream of events from being stored or held back.
        if (type === 'subscription') return {};
        // Its input names the data revision, so what it answers never changes.
        const isTile = !info?.isBatchCall && paths?.length === 1 && paths[0] === 'candles.tiles';
        const cache =
          isTile && errors.length === 0 ? 'private, max-age=31536000, immutable' : 'no-store';
        return { headers: { 'cache-control': cache } };
      },
    })
  );
}

export { handle as GET, handle as POST };
