'use client';

import { type ReactNode, useState } from 'react';
import { FIELD } from '@/components/field';
import { formatFixed, formatSigned } from '@/components/format';
import type { RunMetrics, RunSummary, TrainingRun } from '@/contract/runs';
import type { SpanLabelType } from '@/contract/spans';
import { trpc } from '@/trpc/client';
import { labelStyle } from '../../session/label-style';
import { runTitle } from '../../session/run-title';
import { Confusion } from '../confusion';
import { isOwnModel, modelName } from '../model-name';
import { ThresholdSlider } from '../threshold-slider';
import { isActive, isBeingMeasured } from '../use-runs';
import { Caveats } from './caveats';
import { changesBetween } from './compare';
import { differenceOf, isTestedAlike, sentenceOf, shownAt } from './figures';
import { Importance } from './importance';
import { LabelTable } from './label-table';
import { Plots } from './plots';
import { Predict } from './predict';
import { RunActions } from './run-actions';
import { Tiles } from './tiles';
import { TrainedOn } from './trained-on';
import { Unmeasured } from './unmeasured';

type Props = { run: TrainingRun; runs: RunSummary[]; labels: SpanLabelType[] };

/** One run: what it is worth, and what went into it. */
export function RunBody({ run, runs, labels }: Props) {
  const { metrics } = run;
  const [threshold, setThreshold] = useState(metrics?.threshold ?? 0);
  const earlier = runs.filter(({ id, metrics }) => id !== run.id && metrics !== null);
  const [otherId, setOtherId] = useState<number | null>(
    () => earlier.find(({ id }) => id < run.id)?.id ?? null,
  );
  const other = trpc.runs.get.useQuery({ runId: otherId ?? 0 }, { enabled: otherId !== null }).data;
  const before = otherId !== null && other?.metrics ? other : null;
  return (
    <div className="flex min-w-0 flex-1 max-[1180px]:flex-col max-[1180px]:overflow-y-auto">
      <main
        // biome-ignore lint/a11y/noNoninteractiveTabindex: without a mouse it is scrolled by arrows
        tabIndex={0}
        className="min-w-0 flex-1 overflow-y-auto focus-visible:-outline-offset-2 max-[1180px]:flex-none max-[1180px]:overflow-visible"
      >
        {metrics ? (
          <Measured
            run={run}
            metrics={metrics}
            threshold={threshold}
            other={before}
            labels={labels}
          />
        ) : (
          <Unmeasured run={run} />
        )}
      </main>
      <aside
        aria-label="About the run"
        className="w-[332px] shrink-0 divide-y divide-line overflow-y-auto border-line border-l max-[1180px]:w-full max-[1180px]:overflow-visible max-[1180px]:border-l-0"
      >
        {metrics && (
          <Section title="Threshold">
            <ThresholdSlider value={threshold} onChange={setThreshold} />
            <p className="mt-1 flex justify-between text-muted text-xs">
              <span>finds more</span>
              <span>fewer wrong</span>
            </p>
            {!metrics.curve && (
              <p className="mt-1 text-muted text-xs">
                This run was measured at {formatFixed(metrics.threshold, 2)} alone.
              </p>
            )}
          </Section>
        )}
        {metrics && metrics.confusion.counts.length > 0 && (
          <Section title="Confusion">
            <Confusion confusion={metrics.confusion} labels={labels} />
          </Section>
        )}
        {metrics && earlier.length > 0 && (
          <Section title="Compared with">
            <select
              aria-label="Compared with"
              className={FIELD}
              value={otherId ?? ''}
              onChange={(event) => setOtherId(Number(event.target.value) || null)}
            >
              <option value="">Nothing</option>
              {earlier.map((each) => (
                <option key={each.id} value={each.id}>
                  {runTitle(each)}
                </option>
              ))}
            </select>
            {before?.metrics && (
              <>
                <Moved
                  metrics={metrics}
                  before={before.metrics}
                  isLikeWithLike={isTestedAlike(run, before)}
                />
                <Changes run={run} before={before} labels={labels} />
              </>
            )}
          </Section>
        )}
        {run.status === 'succeeded' && isOwnModel(run) && (
          <Section title="Predict">
            <Predict run={run} />
          </Section>
        )}
        <Section title="Trained on">
          {run.dataset || run.status === 'succeeded' ? (
            <TrainedOn dataset={run.dataset} />
          ) : (
            <p className="text-muted">
              {isActive(run) ? 'Nothing yet.' : 'It did not get that far.'}
            </p>
          )}
        </Section>
        <Section title="The run">
          <p className="mb-2 text-muted text-xs">
            {[
              modelName(run),
              run.params.split,
              run.params.seed !== null && `seed ${run.params.seed}`,
            ]
              .filter(Boolean)
              .join(' · ')}
          </p>
          <RunActions run={run} />
        </Section>
      </aside>
    </div>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="px-4 py-3">
      <h2 className="mb-2 font-semibold">{title}</h2>
      {children}
    </section>
  );
}

function Measured(props: {
  run: TrainingRun;
  metrics: RunMetrics;
  threshold: number;
  other: TrainingRun | null;
  labels: SpanLabelType[];
}) {
  const { run, metrics, threshold, other, labels } = props;
  const shown = shownAt(metrics, threshold);
  const compared = other?.metrics ? { run: other, metrics: other.metrics } : null;
  const folds = metrics.folds.length;
  return (
    <>
      <header className="border-line border-b px-5 py-4">
        <h1 className="font-semibold text-[18px] leading-7" data-testid="sentence">
          {sentenceOf(metrics, shown)}
        </h1>
        <p className="mt-1 text-muted text-xs">
          {runTitle(run)} · {modelName(run)} · {shown.spans} tested spans, {metrics.perLabel.length}{' '}
          {metrics.perLabel.length === 1 ? 'label' : 'labels'} · {folds}{' '}
          {run.params.split?.replace('_', '-')} folds, each tested on{' '}
          {run.params.split === 'random'
            ? 'neighbours of what it was trained on'
            : 'bars it was not trained on'}
        </p>
        {isBeingMeasured(run) && (
          <p role="status" className="mt-1 text-muted text-xs">
            Its predictions are there. Intervals and chance are still to come: {run.stage}…
          </p>
        )}
        <Caveats run={run} />
      </header>
      <Tiles
        run={run}
        metrics={metrics}
        shown={shown}
        other={compared}
        isBeingMeasured={isBeingMeasured(run)}
      />
      <LabelTable
        metrics={metrics}
        labels={labels}
        gone={run.dataset?.goneLabels ?? []}
        other={compared && { title: runTitle(compared.run), metrics: compared.metrics }}
      />
      <Plots metrics={metrics} shown={shown} isBeingMeasured={isBeingMeasured(run)} />
      <Importance importance={metrics.importance} />
    </>
  );
}

/** Whether the main figure moved at all. */
function Moved(props: { metrics: RunMetrics; before: RunMetrics; isLikeWithLike: boolean }) {
  const { metrics, before, isLikeWithLike } = props;
  if (!metrics.quality || !before.quality) return null;
  const { by, interval, isSure } = differenceOf(metrics.quality.f1, before.quality.f1);
  return (
    <p className="mt-2 flex justify-between gap-3">
      <span className="text-muted">F1, each at its threshold</span>
      <span className="text-right tabular-nums">
        {formatSigned(by, 2)}{' '}
        <span className="text-muted">
          {interval && `(${formatSigned(interval[0], 2)} to ${formatSigned(interval[1], 2)})`}
          {isLikeWithLike ? !isSure && ' unsure' : ' other split'}
        </span>
      </span>
    </p>
  );
}

function Changes(props: { run: TrainingRun; before: TrainingRun; labels: SpanLabelType[] }) {
  const { run, before, labels } = props;
  const changes = changesBetween(run, before);
  if (changes.length === 0) {
    return <p className="mt-2 text-muted">Both saw the same, as far as is known.</p>;
  }
  return (
    <>
      <p className="mt-2 mb-1 text-muted text-xs">What was different, and may be why it moved:</p>
      <dl className="grid grid-cols-[1fr_auto] gap-x-3 gap-y-0.5">
        {changes.map(({ name, value }) => (
          <div key={`${name} ${value}`} className="contents">
            <dt className="truncate text-muted">{labelStyle(labels, name).text}</dt>
            <dd className="text-right tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
