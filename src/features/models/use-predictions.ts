'use client';

import { useEffect } from 'react';
import { ALL_TIME } from '@/contract/common';
import { toPredictionRecord } from '@/editor/records';
import { trpc } from '@/trpc/client';
import { useSession, useView } from '../session/session';
import { useRuns } from './use-runs';

/** Keeps the predictions of the shown run in the editor; the newest finished run is shown unasked. */
export function usePredictions() {
  const { chart, queue, view } = useSession();
  const runId = useView((state) => state.runId);
  const runs = useRuns();
  const newest = runs.data?.find(({ status }) => status === 'succeeded')?.id ?? null;
  useEffect(() => {
    if (newest !== null) view.setState({ runId: newest });
  }, [newest, view]);

  const predictions = trpc.models.predictions.useQuery(
    { chartId: chart.id, runId: runId ?? 0, ...ALL_TIME },
    { enabled: runId !== null, staleTime: Number.POSITIVE_INFINITY },
  );
  const { data } = predictions;
  useEffect(() => {
    if (data) queue.loadPredictions(data.map(toPredictionRecord));
  }, [data, queue]);
  return predictions;
}
