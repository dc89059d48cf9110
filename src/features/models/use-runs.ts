'use client';

import type { RunSummary } from '@/contract/runs';
import { trpc } from '@/trpc/client';
import { useSession } from '../session/session';

type State = Pick<RunSummary, 'status' | 'stage'>;

/** Still to change by itself: a run whose predictions are there may be measured yet. */
export const isUnderWay = (run: State) => isActive(run) || isBeingMeasured(run);
export const isActive = ({ status }: State) => status === 'queued' || status === 'running';
export const isBeingMeasured = ({ status, stage }: State) =>
  status === 'succeeded' && stage !== null;

/** The chart's training runs, newest first, asked for each second while one is under way. */
export function useRuns() {
  const { chart } = useSession();
  return trpc.runs.list.useQuery(
    { chartId: chart.id },
    {
      refetchInterval: ({ state }) => (state.data?.some(isUnderWay) ? 1_000 : 15_000),
    },
  );
}
