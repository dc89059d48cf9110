'use client';

import { ProgressBar } from '@/components/progress-bar';
import type { PredictionProgress } from '@/contract/predictions';
import { trpc } from '@/trpc/client';

/** How far a run is with what it is to predict, on one chart or several. */
export function Predicting(props: {
  runId: number;
  active: NonNullable<PredictionProgress['active']>;
}) {
  const { runId, active } = props;
  const utils = trpc.useUtils();
  const cancel = trpc.predictions.cancel.useMutation({
    onSettled: () => utils.predictions.progress.invalidate(),
  });
  const { charts, done, progress } = active;
  return (
    <div data-testid="predicting">
      <ProgressBar label="Predicting" value={progress} />
      <div className="mt-1.5 flex items-center justify-between text-muted text-xs">
        <span className="tabular-nums">
          {charts === 1
            ? `Predicting: ${Math.round(progress * 100)} %`
            : `${done} of ${charts} done`}
        </span>
        <button
          type="button"
          aria-label="Cancel predicting"
          className="hover:text-text"
          disabled={cancel.isPending}
          onClick={() => cancel.mutate({ runId })}
        >
          Cancel
        </button>
      </div>
    </div>
  );
}
