import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { db } from '@/lib/db';
import { LOCAL_ACTOR } from '@/server/context';
import { appRouter } from '@/server/root';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

function handle(request: Request): Promise<Response> {
  return fetchRequestHandler({
    endpoint: '/api/trpc',
    req: request,
    router: appRouter,
    createContext: () => ({ db: db(), actor: LOCAL_ACTOR }),
  });
}

export { handle as GET, handle as POST };
