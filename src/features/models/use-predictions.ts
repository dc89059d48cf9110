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
  const runId = useView((state) => state.runId);
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
  const { client } = utils;
  const input = { chartId: chart.id, runId: runId ?? 0 };
  const progress = usePredictionProgress();
  const stored = progress.data?.stored;
  // biome-ignore lint/correctness/useExhaustiveDependencies: these two change what predictions rest on
  useEffect(() => {
    void utils.predictions.conditions.invalidate({ chartId: chart.id });
  }, [chart.id, chart.dataRev, stored, utils]);
  const predictions = useQuery({
    // What the model service stores anew has another number, and is read again.
    queryKey: [...getQueryKey(trpc.predictions.list, input, 'query'), stored],
    queryFn: () =>
      readAll(
        (window) => client.predictions.list.query({ ...input, ...window }),
        ({ startTime }) => startTime,
      ),
    enabled: runId !== null && progress.isFetched,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { data } = predictions;
  useEffect(() => {
    if (data) sync.loadPredictions(data.map(toPredictionRecord));
  }, [data, sync]);
  return predictions;
}
