'use client';

import Link from 'next/link';
import { formatAgo, formatFixed } from '@/components/format';
import type { RunMetrics, RunSummary } from '@/contract/runs';
import { trpc } from '@/trpc/client';
import { runTitle } from '../session/run-title';
import { useSession, useView } from '../session/session';
import { Confusion } from './confusion';
import { Figures } from './figures-list';
import { setMinScore } from './go-to-review';
import { modelName } from './model-name';
import { Caveats } from './page/caveats';
import { LEAST_SPANS, type Shown, sentenceOf, shownAt } from './page/figures';
import { PredictSection } from './predict-section';
import { ThresholdSlider } from './threshold-slider';
import { useNow } from './use-now';
import { isBeingMeasured } from './use-runs';

export function FinishedRun({ run }: { run: RunSummary }) {
  const now = useNow();
  // Its charts may change while it is shown.
  const details = trpc.runs.get.useQuery({ runId: run.id }, { refetchInterval: 30_000 });
  return (
    <section aria-label={runTitle(run)} className="flex flex-col gap-3 px-3.5 py-3">
      <div className="flex items-center gap-2">
        <h2 className="truncate font-semibold" title={modelName(run)}>
          {runTitle(run)}
        </h2>
        <span className="rounded border border-line px-1.5 text-[11px] text-muted leading-4">
          on chart
        </span>
        <span className="flex-1 text-right text-muted text-xs">
          {run.finishedAt !== null && formatAgo(run.finishedAt, now)}
        </span>
      </div>
      {details.data && (
        <div className="-mt-3">
          <Caveats run={details.data} />
        </div>
      )}
      {run.metrics ? (
        <Metrics run={run} metrics={run.metrics} />
      ) : (
        <Figures figures={run.figures} />
      )}
      <Threshold />
      <PredictSection run={run} dataset={details.data?.dataset} />
    </section>
  );
}

/** What the run is worth at the score that predictions are shown from. */
function Metrics({ run, metrics }: { run: RunSummary; metrics: RunMetrics }) {
  const { labels } = useSession();
  const minScore = useView((state) => state.minScore);
  const shown = shownAt(metrics, minScore);
  const isElsewhere = Math.abs(shown.threshold - minScore) > 0.025;
  return (
    <>
      <p data-testid="metrics" className="font-semibold text-[15px] leading-snug">
        {sentenceOf(metrics, shown)}
      </p>
      <p className="-mt-1.5 text-muted text-xs">
        {shown.spans < LEAST_SPANS
          ? `${shown.spans} tested spans`
          : `F1 ${formatFixed(shown.f1, 2)}${intervalOf(metrics, shown)} over ${shown.spans} spans`}{' '}
        at {formatFixed(shown.threshold, 2)},{' '}
        {run.params.split === 'random' ? 'of a random split' : 'out of sample'}
        {isElsewhere && '; at the score set below it was not measured'}
      </p>
      {isBeingMeasured(run) && (
        <p role="status" className="-mt-1.5 text-muted text-xs">
          Intervals and chance are still to come.
        </p>
      )}
      <Confusion confusion={metrics.confusion} labels={labels} />
      <Link href={`/models/${run.id}`} className="text-accent hover:underline">
        All about this run
      </Link>
    </>
  );
}

function intervalOf({ quality }: RunMetrics, { isOwn }: Shown): string {
  const interval = isOwn ? quality?.f1.interval : null;
  return interval ? ` (${formatFixed(interval[0], 2)} to ${formatFixed(interval[1], 2)})` : '';
}

function Threshold() {
  const session = useSession();
  const minScore = useView((state) => state.minScore);
  return <ThresholdSlider value={minScore} onChange={(value) => setMinScore(session, value)} />;
}
