'use client';

import { trpc } from '@/trpc/client';

/** Whether a model service is there to take what is queued. */
export function useService() {
  return trpc.runs.service.useQuery(undefined, { refetchInterval: 5_000 });
}
