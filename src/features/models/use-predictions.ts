'use client';

import { useQuery } from '@tanstack/react-query';
import { getQueryKey } from '@trpc/react-query';
import { useEffect } from 'react';
import { toPredictionRecord } from '@/editor/kinds/prediction';
import { trpc } from '@/trpc/client';
import { readAll } from '../session/read-all';
import { useSession, useView } from '../session/session';
import { usePredictionProgress } from './use-prediction-progress';
import { useRuns } from './use-runs';
import { useShownRun } from './use-shown-run';

/** Keeps the predictions of the shown run in the editor; the newest finished run is shown unasked. */
export function usePredictions() {
  const { chart, sync, view } = useSession();
  const runs = useRuns();
  const newest = runs.data?.find(({ status }) => status === 'succeeded')?.id ?? null;
  useEffect(() => {
    // Who is answering a search goes on with it.
    if (newest !== null && !view.getState().bestFirst) view.setState({ runId: newest });
  }, [newest, view]);
  // A run's figures hold at its own threshold, so that is what its predictions are shown from.
  const threshold = useShownRun()?.metrics?.threshold;
  useEffect(() => {
    if (threshold !== undefined) view.setState({ minScore: threshold });
  }, [threshold, view]);

  const utils = trpc.useUtils();
  const stored = usePredictionProgress().data?.stored;
  // biome-ignore lint/correctness/useExhaustiveDependencies: these two change what predictions rest on
  useEffect(() => {
    void utils.predictions.conditions.invalidate({ chartId: chart.id });
  }, [chart.id, chart.dataRev, stored, utils]);
  const { data } = useStoredPredictions();
  useEffect(() => {
    if (data) sync.loadPredictions(data.map(toPredictionRecord));
  }, [data, sync]);
}

/** What the shown run has stored for this chart. */
export function useStoredPredictions() {
  const { chart } = useSession();
  const runId = useView((state) => state.runId);
  const { client } = trpc.useUtils();
  const input = { chartId: chart.id, runId: runId ?? 0 };
  const progress = usePredictionProgress();
  return useQuery({
    // What the model service stores anew has another number, and is read again.
    queryKey: [...getQueryKey(trpc.predictions.list, input, 'query'), progress.data?.stored],
    queryFn: () =>
      readAll(
        (window) => client.predictions.list.query({ ...input, ...window }),
        ({ startTime }) => startTime,
      ),
    enabled: runId !== null && progress.isFetched,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
