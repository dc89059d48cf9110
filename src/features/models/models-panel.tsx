'use client';

import Link from 'next/link';
import { useState } from 'react';
import { Button } from '@/components/button';
import { FIELD, Field } from '@/components/field';
import { Notice } from '@/components/notice';
import { ProgressBar } from '@/components/progress-bar';
import type { RunSummary } from '@/contract/runs';
import { patternCount } from '@/editor/derived';
import { trpc } from '@/trpc/client';
import { useService } from '../pages/use-service';
import { runTitle } from '../session/run-title';
import { useRecords, useSaveState, useSession, useView } from '../session/session';
import { BoardButton } from './board-button';
import { FinishedRun } from './finished-run';
import { modelName } from './model-name';
import { shortCaveats, shortFigure } from './page/figures';
import { ReviewCard } from './review-card';
import { RunHistory } from './run-history';
import { timeLeft } from './time-left';
import { useRuns } from './use-runs';
import { useOtherRuns, useShownRun } from './use-shown-run';

export function ModelsPanel() {
  const runs = useRuns();
  const shown = useShownRun();
  if (runs.error) {
    return (
      <div className="p-3.5">
        <Notice tone="error">The training runs can’t be read: {runs.error.message}</Notice>
      </div>
    );
  }
  const all = runs.data ?? [];
  const latest = all[0];
  return (
    <div className="divide-y divide-line">
      <Train latest={latest} />
      {shown ? <FinishedRun run={shown} /> : <NoRunYet loading={runs.isPending} />}
      {shown && <ReviewCard />}
      {shown && (
        <div className="px-3.5 py-3">
          <BoardButton />
        </div>
      )}
      {all.length > 1 && <RunHistory runs={all} />}
      <OtherRuns />
    </div>
  );
}

function Train({ latest }: { latest: RunSummary | undefined }) {
  const { chart } = useSession();
  const records = useRecords();
  const { waiting, loaded } = useSaveState();
  const utils = trpc.useUtils();
  const queue = trpc.runs.queue.useMutation({
    onSuccess: () => utils.runs.list.invalidate({ chartId: chart.id }),
  });
  const spans = patternCount(records);
  const active = latest?.status === 'queued' || latest?.status === 'running';
  return (
    <section aria-label="Train" className="flex flex-col gap-2.5 px-3.5 py-3">
      <div className="flex items-center justify-between">
        <h2 className="font-semibold">Train</h2>
        <Button
          variant="solid"
          // A run reads what is stored, so what is unsaved would be missing from it.
          disabled={spans === 0 || active || queue.isPending || waiting > 0}
          onClick={() => queue.mutate({ chartIds: [chart.id] })}
        >
          Train on {spans} {spans === 1 ? 'span' : 'spans'}
        </Button>
      </div>
      <Link href="/models?train" className="-mt-1.5 text-muted text-xs hover:underline">
        Choose charts, labels and how it is tested…
      </Link>
      {spans === 0 && loaded && (
        <p className="text-muted">Label some patterns first: a run learns from them.</p>
      )}
      {queue.error && <Notice tone="error">{queue.error.message}</Notice>}
      {latest && active && <ActiveRun run={latest} />}
      {latest?.status === 'failed' && <FailedRun run={latest} />}
      {latest?.status === 'cancelled' && (
        <p className="text-muted">Run {latest.id} was cancelled.</p>
      )}
      <ServiceNotice />
    </section>
  );
}

function ActiveRun({ run }: { run: RunSummary }) {
  const { chart } = useSession();
  const utils = trpc.useUtils();
  const cancel = trpc.runs.cancel.useMutation({
    onSettled: () => utils.runs.list.invalidate({ chartId: chart.id }),
  });
  return (
    <div data-testid="active-run" className="rounded-md border border-line bg-raised p-2.5">
      <div className="mb-2 flex items-center justify-between gap-2">
        <span className="shrink-0">
          {runTitle(run)} · {modelName(run)}
        </span>
        <span className="truncate text-muted text-xs">
          {run.status === 'queued' ? 'waiting for the model service' : (run.stage ?? 'starting')}
        </span>
      </div>
      <ProgressBar label={`Run ${run.id}`} value={run.progress} />
      <div className="mt-2 flex items-center justify-between text-muted text-xs">
        <span className="tabular-nums">
          {Math.round(run.progress * 100)} %{timeLeft(run, Date.now() / 1000)}
        </span>
        <button
          type="button"
          className="hover:text-text"
          disabled={cancel.isPending}
          onClick={() => cancel.mutate({ runId: run.id })}
        >
          Cancel
        </button>
      </div>
    </div>
  );
}

function FailedRun({ run }: { run: RunSummary }) {
  const [open, setOpen] = useState(false);
  const details = trpc.runs.get.useQuery({ runId: run.id }, { enabled: open });
  return (
    <Notice
      tone="error"
      actions={
        <Button onClick={() => setOpen(!open)}>{open ? 'Hide the log' : 'Show the log'}</Button>
      }
    >
      <strong className="font-semibold">Run {run.id} failed.</strong> {run.error}
      {open && (
        <pre className="mt-2 max-h-52 overflow-auto whitespace-pre-wrap text-muted text-xs">
          {details.data?.log || details.error?.message || 'Reading the log…'}
        </pre>
      )}
    </Notice>
  );
}

function NoRunYet({ loading }: { loading: boolean }) {
  return (
    <p className="px-3.5 py-5 text-muted">
      {loading
        ? 'Reading the runs…'
        : 'When a run has finished, its metrics stand here and its predictions on the chart, to be confirmed or dismissed.'}
    </p>
  );
}

/** A run of other charts can predict this one. */
function OtherRuns() {
  const { view } = useSession();
  const runId = useView((state) => state.runId);
  const others = useOtherRuns(true);
  if (others.length === 0) return null;
  return (
    <section aria-label="Runs of other charts" className="px-3.5 py-3">
      <Field name="A run of other charts">
        <select
          className={FIELD}
          value={others.some(({ id }) => id === runId) ? String(runId) : ''}
          onChange={(event) => view.setState({ runId: Number(event.target.value) })}
        >
          <option value="" disabled>
            Choose one to predict here
          </option>
          {others.map((run) => (
            <option key={run.id} value={run.id}>
              {runTitle(run)}
              {run.metrics &&
                ` · ${[shortFigure(run.metrics), ...shortCaveats(run)].join(', ')} there`}
            </option>
          ))}
        </select>
      </Field>
    </section>
  );
}

function ServiceNotice() {
  const service = useService();
  if (service.data?.connected !== false) return null;
  return (
    <Notice tone="warning">
      No model service is connected, so what is queued waits. Start it with{' '}
      <code className="rounded bg-canvas px-1">npm start</code>, or in services/ml with{' '}
      <code className="rounded bg-canvas px-1">candle-ml worker</code>.
    </Notice>
  );
}
