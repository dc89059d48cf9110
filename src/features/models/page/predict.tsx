'use client';

import Link from 'next/link';
import { useState } from 'react';
import { Button } from '@/components/button';
import { FIELD } from '@/components/field';
import { formatCount } from '@/components/format';
import { Notice } from '@/components/notice';
import type { RunSummary } from '@/contract/runs';
import { trpc } from '@/trpc/client';
import { Predicting } from '../predicting';
import { progressEveryMs } from '../use-prediction-progress';

/** Has the run predict a chart or all of them; bars in view are predicted where they are seen. */
export function Predict({ run }: { run: RunSummary }) {
  const utils = trpc.useUtils();
  const charts = trpc.charts.list.useQuery();
  /** Null stands for all. */
  const [chosen, setChosen] = useState<number | null>(null);
  const predict = trpc.predictions.request.useMutation({
    onSettled: () => utils.predictions.progress.invalidate(),
  });
  // Of what was asked for together any chart tells.
  const chartId = chosen ?? charts.data?.[0]?.id;
  const progress = trpc.predictions.progress.useQuery(
    { chartId: chartId ?? 0, runId: run.id },
    {
      enabled: chartId !== undefined,
      refetchInterval: ({ state }) => progressEveryMs(state.data),
    },
  );
  const { active, here, failures = [] } = progress.data ?? {};
  const error = predict.error ?? progress.error ?? charts.error;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex gap-2">
        <select
          aria-label="Charts to predict"
          className={FIELD}
          value={chosen ?? ''}
          onChange={(event) => {
            setChosen(Number(event.target.value) || null);
            predict.reset();
          }}
        >
          <option value="">All charts</option>
          {charts.data?.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
        <Button
          disabled={predict.isPending || chartId === undefined}
          onClick={() =>
            predict.mutate({ runId: run.id, chartIds: chosen === null ? null : [chosen] })
          }
        >
          Predict
        </Button>
      </div>
      {active ? (
        <Predicting runId={run.id} active={active} />
      ) : (
        predict.isSuccess && (
          <p role="status" className="text-muted text-xs">
            {chosen !== null && here?.status === 'succeeded'
              ? `${here.found === 0 ? 'Nothing new' : formatCount(here.found ?? 0)} predicted there.`
              : 'Done.'}{' '}
            Predictions are on the charts, and under Review.
          </p>
        )
      )}
      {chartId !== undefined && (
        <p className="text-muted text-xs">
          Only what is in view: P on{' '}
          <Link href={`/charts/${chartId}?panel=models`} className="underline hover:text-text">
            the chart
          </Link>
          .
        </p>
      )}
      {failures.map((failed) => (
        <Notice key={failed.chartId} tone="error">
          <strong className="font-semibold">{failed.chart}: </strong>
          {failed.error}
        </Notice>
      ))}
      {error && <Notice tone="error">{error.message}</Notice>}
    </div>
  );
}
