'use client';

import type { PredictionProgress } from '@/contract/predictions';
import { trpc } from '@/trpc/client';
import { useSession, useView } from '../session/session';

const BUSY_MS = 1_000;
const IDLE_MS = 5_000;

/** It is asked for again the sooner while something is under way. */
export const progressEveryMs = (progress: PredictionProgress | undefined) =>
  progress?.active ? BUSY_MS : IDLE_MS;

/** How far what the shown run is to predict has come, here and on other charts. */
export function usePredictionProgress() {
  const { chart } = useSession();
  const runId = useView((state) => state.runId);
  return trpc.predictions.progress.useQuery(
    { chartId: chart.id, runId: runId ?? 0 },
    {
      enabled: runId !== null,
      refetchInterval: ({ state }) => progressEveryMs(state.data),
    },
  );
}
