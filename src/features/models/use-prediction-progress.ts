'use client';

import { trpc } from '@/trpc/client';
import { useSession, useView } from '../session/session';

const BUSY_MS = 1_000;
const IDLE_MS = 5_000;

/** How far what the shown run is to predict has come, here and on other charts. */
export function usePredictionProgress() {
  const { chart } = useSession();
  const runId = useView((state) => state.runId);
  return trpc.predictions.progress.useQuery(
    { chartId: chart.id, runId: runId ?? 0 },
    {
      enabled: runId !== null,
      refetchInterval: ({ state }) => (state.data?.active ? BUSY_MS : IDLE_MS),
    },
  );
}
