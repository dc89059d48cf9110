'use client';

import { clsx } from 'clsx';
import { Check } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { Button } from '@/components/button';
import { formatCount } from '@/components/format';
import { Notice } from '@/components/notice';
import { ProgressBar } from '@/components/progress-bar';
import { runParams, type TrainingRun } from '@/contract/runs';
import { trpc } from '@/trpc/client';
import { runTitle } from '../../session/run-title';
import { Figures } from '../figures-list';
import { modelName } from '../model-name';
import { timeLeft } from '../time-left';
import { isActive } from '../use-runs';
import { Caveats } from './caveats';
import { stagesOf } from './stages';

/** A run without the service's metrics: waiting, under way, failed, or of another program. */
export function Unmeasured({ run }: { run: TrainingRun }) {
  return (
    <>
      <header className="border-line border-b px-5 py-4">
        <h1 className="font-semibold text-[18px] leading-7" data-testid="sentence">
          {sentence(run)}
        </h1>
        <p className="mt-1 text-muted text-xs">
          {[runTitle(run), modelName(run), run.params.split?.replace('_', '-')]
            .filter(Boolean)
            .join(' · ')}
        </p>
        <Caveats run={run} />
        <Actions run={run} />
      </header>
      {isActive(run) && <Stages run={run} />}
      {run.status === 'succeeded' && (
        <div className="max-w-2xl px-5 py-4">
          <Figures figures={run.figures} />
        </div>
      )}
      {run.log && (
        <section aria-label="Log" className="px-5 py-4">
          <h2 className="mb-2 font-semibold">Log</h2>
          <pre
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a long one is scrolled by arrows
            tabIndex={0}
            className="max-h-[50vh] overflow-auto whitespace-pre-wrap rounded-md border border-line bg-panel p-3 text-muted text-xs"
          >
            {run.log}
          </pre>
        </section>
      )}
    </>
  );
}

function sentence(run: TrainingRun): string {
  switch (run.status) {
    case 'queued':
      return 'Waiting for the model service to take it';
    case 'running':
      return `${run.stage ?? 'Starting'}${timeLeft(run, Date.now() / 1000)}`;
    case 'failed':
      return `It failed. ${run.error ?? ''}`;
    case 'cancelled':
      return 'It was cancelled.';
    case 'succeeded':
      return run.figures.length > 0
        ? `Another program’s run, with ${formatCount(run.figures.length)} ${run.figures.length === 1 ? 'figure' : 'figures'} of its own`
        : 'Another program’s run, without figures';
  }
}

function Actions({ run }: { run: TrainingRun }) {
  const router = useRouter();
  const utils = trpc.useUtils();
  const onSettled = () => utils.runs.invalidate();
  const cancel = trpc.runs.cancel.useMutation({ onSettled });
  const again = trpc.runs.queue.useMutation({
    onSettled,
    onSuccess: ({ id }) => router.push(`/models/${id}`),
  });
  const error = cancel.error ?? again.error;
  const isEnded = run.status === 'failed' || run.status === 'cancelled';
  return (
    <>
      {isActive(run) && (
        <Button
          className="mt-3"
          disabled={cancel.isPending}
          onClick={() => cancel.mutate({ runId: run.id })}
        >
          Cancel
        </Button>
      )}
      {isEnded && (
        <Button
          variant="solid"
          className="mt-3"
          disabled={again.isPending}
          onClick={() => again.mutate(paramsOf(run))}
        >
          Try again
        </Button>
      )}
      {error && (
        <div className="mt-3 max-w-2xl">
          <Notice tone="error">{error.message}</Notice>
        </div>
      )}
    </>
  );
}

/** The same again; what another version wrote and this one does not know is left to its default. */
function paramsOf({ name, params }: TrainingRun) {
  const { model, folds, seed, split } = runParams.shape;
  return {
    name,
    chartIds: params.chartIds,
    labels: params.labels,
    model: model.catch('ensemble').parse(params.model),
    folds: folds.catch(5).parse(params.folds),
    seed: seed.catch(0).parse(params.seed),
    split: split.catch('purged').parse(params.split),
  };
}

/** In the place of the tiles: what is behind, under way, and still to come. */
function Stages({ run }: { run: TrainingRun }) {
  return (
    <ol
      aria-label="Stages"
      className="grid auto-cols-fr grid-flow-col divide-x divide-line border-line border-b"
    >
      {stagesOf(run).map(({ name, state, share }) => (
        <li
          key={name}
          aria-current={state === 'now' ? 'step' : undefined}
          className={clsx('px-5 py-3', state === 'next' && 'text-faint')}
        >
          <p className="flex items-center gap-1.5 text-xs">
            {name} {state === 'done' && <Check size={13} aria-label="done" className="text-up" />}
          </p>
          <p className="mt-0.5 mb-2 font-semibold text-[20px] leading-7 tabular-nums">
            {state === 'next' ? '–' : `${Math.round(share * 100)} %`}
          </p>
          <ProgressBar label={name} value={share} />
        </li>
      ))}
    </ol>
  );
}
