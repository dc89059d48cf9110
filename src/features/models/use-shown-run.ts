'use client';

import type { RunSummary } from '@/contract/runs';
import { trpc } from '@/trpc/client';
import { useView } from '../session/session';
import { useRuns } from './use-runs';

/** The finished run that is on the chart; one of other charts until it has predicted here. */
export function useShownRun(): RunSummary | undefined {
  const runId = useView((state) => state.runId);
  const runs = useRuns();
  const own = runs.data?.find(({ id }) => id === runId);
  const elsewhere = useOtherRuns(runId !== null && runs.isSuccess && !own);
  return own ?? elsewhere.find(({ id }) => id === runId);
}

/** Finished runs that have nothing to do with this chart yet, newest first. */
export function useOtherRuns(enabled: boolean): RunSummary[] {
  const runs = useRuns();
  const all = trpc.runs.all.useQuery({}, { enabled });
  const own = new Set(runs.data?.map(({ id }) => id));
  return (all.data ?? []).filter(({ id, status }) => status === 'succeeded' && !own.has(id));
}
