'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '@/components/button';
import { Dialog } from '@/components/dialog';
import { FIELD, Field } from '@/components/field';
import { formatCount } from '@/components/format';
import { Notice } from '@/components/notice';
import type { RunParams } from '@/contract/runs';
import { trpc } from '@/trpc/client';

const MAX_CHARTS = 100;

/** Queues a run on chosen charts and labels. */
export function TrainDialog(props: { chartIds: readonly number[]; onClose: () => void }) {
  const { onClose } = props;
  const router = useRouter();
  const utils = trpc.useUtils();
  const charts = trpc.charts.list.useQuery();
  const labels = trpc.spans.types.useQuery();
  const overview = trpc.charts.overview.useQuery();
  /** Until somebody chooses: those of the run that is shown, or else all that have spans. */
  const [own, setOwn] = useState<ReadonlySet<number> | null>(null);
  /** Empty stands for every label. */
  const [learnt, setLearnt] = useState(() => new Set<string>());
  const [split, setSplit] = useState<RunParams['split']>('purged');
  const queue = trpc.runs.queue.useMutation({
    async onSuccess(run) {
      await utils.runs.invalidate();
      router.push(`/models/${run.id}`);
      onClose();
    },
  });
  const readError = charts.error ?? labels.error ?? overview.error;
  const isRead = charts.data && labels.data && overview.data;
  const all = charts.data ?? [];
  const spans = new Map(overview.data?.map((each) => [each.chartId, each.spans]));
  const countOn = (chartId: number) =>
    (spans.get(chartId) ?? [])
      .filter(({ label }) => learnt.size === 0 || learnt.has(label))
      .reduce((sum, { count }) => sum + count, 0);
  const suggested = props.chartIds.filter((id) => all.some((chart) => chart.id === id));
  const chosen =
    own ??
    new Set(suggested.length > 0 ? suggested : all.map(({ id }) => id).filter((id) => countOn(id)));
  const countOf = (label: string) =>
    [...chosen].reduce(
      (sum, id) => sum + (spans.get(id)?.find((each) => each.label === label)?.count ?? 0),
      0,
    );
  const total = [...chosen].reduce((sum, id) => sum + countOn(id), 0);
  return (
    <Dialog
      title="Train a model"
      description="It learns what is no pattern from examined bars alone."
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="solid"
            disabled={total === 0 || chosen.size > MAX_CHARTS || queue.isPending}
            onClick={() => queue.mutate({ chartIds: [...chosen], labels: [...learnt], split })}
          >
            Train on {spansOf(total)} of {chosen.size} {chosen.size === 1 ? 'chart' : 'charts'}
          </Button>
        </>
      }
    >
      {readError && <Notice tone="error">{readError.message}</Notice>}
      {!isRead && !readError && <p className="text-muted">Reading charts and labels…</p>}
      {/* All at once: what came piece by piece would move under the pointer. */}
      {isRead && (
        <>
          <fieldset>
            <legend className="mb-1 font-semibold">Charts</legend>
            <div className="max-h-52 overflow-y-auto rounded-md border border-line p-1.5">
              {all.map((chart) => (
                <Check
                  key={chart.id}
                  name={chart.name}
                  detail={`${spansOf(countOn(chart.id))} · ${formatCount(chart.candleCount)} candles`}
                  isChecked={chosen.has(chart.id)}
                  onChange={() => setOwn(toggled(chosen, chart.id))}
                />
              ))}
            </div>
            {chosen.size > MAX_CHARTS && (
              <p className="mt-1 text-warning text-xs">A run takes at most {MAX_CHARTS} charts.</p>
            )}
          </fieldset>
          <fieldset className="mt-3">
            <legend className="mb-1 font-semibold">
              Labels{' '}
              <span className="font-normal text-muted">
                {learnt.size === 0 ? 'all that have spans there' : `${learnt.size} chosen`}
              </span>
            </legend>
            <div className="grid grid-cols-2 rounded-md border border-line p-1.5">
              {(labels.data ?? []).map((label) => (
                <Check
                  key={label.id}
                  name={label.displayName}
                  detail={formatCount(countOf(label.name))}
                  isChecked={learnt.has(label.name)}
                  onChange={() => setLearnt(toggled(learnt, label.name))}
                />
              ))}
            </div>
          </fieldset>
          <div className="mt-3">
            <Field name="How it is tested">
              <select
                className={FIELD}
                value={split}
                onChange={(event) => setSplit(event.target.value as RunParams['split'])}
              >
                <option value="purged">
                  Purged folds: each part tested on a model of the others
                </option>
                <option value="walk_forward">
                  Walk-forward: each part tested on a model of before
                </option>
                <option value="combinatorial">
                  Combinatorial: each two parts tested on a model of the others; takes longer
                </option>
                <option value="random">Random: too good, for comparison only</option>
              </select>
            </Field>
          </div>
        </>
      )}
      {isRead && total === 0 && (
        <p className="mt-3 text-warning text-xs">
          {chosen.size === 0
            ? 'Choose a chart.'
            : 'There is nothing to learn from: these charts have no spans of these labels.'}
        </p>
      )}
      {queue.error && (
        <div className="mt-3">
          <Notice tone="error">{queue.error.message}</Notice>
        </div>
      )}
    </Dialog>
  );
}

const spansOf = (count: number) => `${formatCount(count)} ${count === 1 ? 'span' : 'spans'}`;

function toggled<T>(values: ReadonlySet<T>, value: T): Set<T> {
  const next = new Set(values);
  if (!next.delete(value)) next.add(value);
  return next;
}

function Check(props: { name: string; detail?: string; isChecked: boolean; onChange: () => void }) {
  return (
    <label className="flex cursor-pointer items-center gap-2 rounded px-1.5 py-1 hover:bg-raised">
      <input type="checkbox" checked={props.isChecked} onChange={props.onChange} />
      <span className="min-w-0 flex-1 truncate">{props.name}</span>
      {props.detail && <span className="text-muted text-xs">{props.detail}</span>}
    </label>
  );
}
