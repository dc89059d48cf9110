'use client';

import { useQueries } from '@tanstack/react-query';
import { trpc } from '@/trpc/client';
import { type ReviewSet, SOURCE_IDS, type SourceId } from './sources/source';
import { SOURCES } from './sources/sources';

const BUSY_MS = 400;
const IDLE_MS = 15_000;

export const SETS_KEY = ['review', 'sets'];

export type SourceSets = {
  id: SourceId;
  sets: readonly ReviewSet[];
  isPending: boolean;
  error: string | null;
};

/** What each source has, in the order of the tabs; asked for often while something is being found. */
export function useSets(): SourceSets[] {
  const { client } = trpc.useUtils();
  return useQueries({
    queries: SOURCE_IDS.map((id) => ({
      queryKey: [...SETS_KEY, id],
      queryFn: () => SOURCES[id].readSets(client),
      refetchInterval: ({ state }: { state: { data?: ReviewSet[] | undefined } }) =>
        state.data?.some((set) => set.state === 'finding') ? BUSY_MS : IDLE_MS,
    })),
    combine: (results) =>
      results.map(({ data, isPending, error }, at) => ({
        id: SOURCE_IDS[at] ?? 'similar',
        sets: data ?? [],
        isPending,
        error: error?.message ?? null,
      })),
  });
}

export type Counts = { open: number; yes: number; no: number };

/** What has become of a set, on one chart or on all. */
export function countsOf({ charts }: ReviewSet, chartId: number | null): Counts {
  const counts = { open: 0, yes: 0, no: 0 };
  for (const chart of charts) {
    if (chartId !== null && chart.chartId !== chartId) continue;
    counts.open += chart.open;
    counts.yes += chart.yes;
    counts.no += chart.no;
  }
  return counts;
}
