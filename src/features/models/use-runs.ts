'use client';

import { trpc } from '@/trpc/client';
import { useSession } from '../session/session';

const isActive = (status: string) => status === 'queued' || status === 'running';

/** The chart's training runs, newest first, asked for each second while one is under way. */
export function useRuns() {
  const { chart } = useSession();
  return trpc.runs.list.useQuery(
    { chartId: chart.id },
    {
      refetchInterval: ({ state }) =>
        state.data?.some(({ status }) => isActive(status)) ? 1_000 : 15_000,
    },
  );
}

/** Whether a model service is there to take what is queued. */
export function useService() {
  return trpc.runs.service.useQuery(undefined, { refetchInterval: 5_000 });
}
