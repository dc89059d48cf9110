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
import { PROCEDURES } from './opening';

export const trpc = createTRPCReact<AppRouter>();

/** Longer lists of queries go into several requests. */
const MAX_BATCH = 10;
const MAX_URL_LENGTH = 4_000;
/** About twenty seconds: a crowd, or a server that is started anew, is over by then. */
const RETRIES = 6;
/** Procedures that answer bit by bit, subscriptions aside. */
const STREAMS = new Set(['uploads.import', 'uploads.previewImport', 'exports.download']);

function links() {
  const url = PROCEDURES;
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
    condition: (op) => op.path === 'candles.tiles' || op.context.isAlone === true,
    true: httpLink({ url, transformer }),
    false: splitLink({
      condition: (op) => STREAMS.has(op.path),
      true: httpBatchStreamLink(batch),
      false: httpBatchLink(batch),
    }),
  });
}

export function createQueryClient() {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        placeholderData: keepPreviousData,
        retry: (failures, error) => failures < RETRIES && isPassing(error),
        // Apart from each other: all who were refused at once would come back at once.
        retryDelay: (failures) => Math.min(500 * 2 ** failures, 8_000) * (0.5 + Math.random()),
      },
    },
  });
}

/** Whether trying again may help: the server could not be reached, or said that it is busy. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof TRPCClientError)) return false;
  const code = codeOf(error);
  return code === undefined || code === 'SERVICE_UNAVAILABLE' || code === 'TIMEOUT';
}

/** The code of a procedure's refusal; undefined when there was no answer. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof TRPCClientError ? error.data?.code : undefined;

/** A sentence for people on what failed, be it a procedure or the way to it. */
export function reasonOf(error: unknown): string {
  const isAnswer = error instanceof TRPCClientError && error.data;
  // A stream that breaks off ends in a TypeError of whoever reads it.
  const isLost = (error instanceof TRPCClientError && !isAnswer) || error instanceof TypeError;
  if (isLost) return 'The connection to the server was lost.';
  return error instanceof Error ? error.message : String(error);
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
