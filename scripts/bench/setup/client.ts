import { createTRPCClient, httpLink } from '@trpc/client';
import { transformer } from '@/contract/transformer';
import type { AppRouter } from '@/server/root';
import type { Web } from './environment';

/** The procedures over HTTP, as a script of a user calls them. */
export const createClient = ({ url, headers }: Web, fetcher = fetch) =>
  createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${url}/api/trpc`, headers, transformer, fetch: fetcher as never })],
  });
export type Api = ReturnType<typeof createClient>;
