'use client';

import { keepPreviousData, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  createTRPCReact,
  httpBatchLink,
  httpBatchStreamLink,
  httpLink,
  httpSubscriptionLink,
  splitLink,
  TRPCClientError,
} from '@trpc/react-query';
import { type ReactNode, useState } from 'react';
import { transformer } from '@/contract/transformer';
import type { AppRouter } from '@/server/root';

export const trpc = createTRPCReact<AppRouter>();

/** Longer lists of queries go into several requests. */
const MAX_BATCH = 10;
const MAX_URL_LENGTH = 4_000;

function links() {
  const url = '/api/trpc';
  return [
    splitLink({
      condition: (op) => op.type === 'subscription',
      true: httpSubscriptionLink({ url, transformer }),
      false: requests(url),
    }),
  ];
}

function requests(url: string) {
  const batch = { url, transformer, maxItems: MAX_BATCH, maxURLLength: MAX_URL_LENGTH };
  return splitLink({
    // A tile never changes, so each request for tiles has a URL of its own that is cached for good.
    condition: (op) => op.path === 'candles.tiles',
    true: httpLink({ url, transformer }),
    false: splitLink({
      condition: (op) => op.path === 'candles.import',
      true: httpBatchStreamLink(batch),
      false: httpBatchLink(batch),
    }),
  });
}

function createQueryClient() {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        placeholderData: keepPreviousData,
        retry: (failures, error) => failures < 3 && isPassing(error),
      },
    },
  });
}

/** Whether trying again may help: the server could not be reached, or said that it is busy. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof TRPCClientError)) return false;
  const code = error.data?.code;
  return code === undefined || code === 'SERVICE_UNAVAILABLE' || code === 'TIMEOUT';
}

export function TrpcProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  const [client] = useState(() => trpc.createClient({ links: links() }));
  return (
    <trpc.Provider client={client} queryClient={queryClient}>
      <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
    </trpc.Provider>
  );
}
