import { createTRPCClient, httpLink } from '@trpc/client';
import { transformer } from '@/contract/transformer';
import type { AppRouter } from '@/server/root';

/** The procedures over HTTP, as a script of a user calls them. */
export const createClient = (webUrl: string) =>
  createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${webUrl}/api/trpc`, transformer })],
  });
export type Api = ReturnType<typeof createClient>;
