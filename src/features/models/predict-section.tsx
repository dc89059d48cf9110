'use client';

import { Button } from '@/components/button';
import { formatCount } from '@/components/format';
import { Notice } from '@/components/notice';
import type { PredictionProgress } from '@/contract/predictions';
import type { RunDataset, RunSummary } from '@/contract/runs';
import type { CommandId } from '../session/command';
import { useCommand } from '../session/command-context';
import { usePredicting, useSession } from '../session/session';
import { useTimes } from '../session/time-zone';
import { isOwnModel } from './model-name';
import { Predicting } from './predicting';
import { usePredictionProgress } from './use-prediction-progress';

/** Other bars for the shown run to predict, how far that is, and what its predictions here rest on. */
export function PredictSection(props: { run: RunSummary; dataset: RunDataset | null | undefined }) {
  const { run, dataset } = props;
  const progress = usePredictionProgress();
  const problem = usePredicting((state) => state.problem);
  if (!isOwnModel(run)) return null;
  return (
    <section aria-label="Predict" className="flex flex-col gap-2 border-line border-t pt-2.5">
      <h3 className="font-semibold">Predict</h3>
      <div className="flex flex-wrap gap-1.5">
        <PredictButton command="predict.view" />
        <PredictButton command="predict.chart" />
        <PredictButton command="predict.all" />
      </div>
      {problem && <Notice tone="error">{problem}</Notice>}
      {progress.data?.active && <Predicting runId={run.id} active={progress.data.active} />}
      {progress.data && <Outcome progress={progress.data} />}
      {dataset && <TrainedHere dataset={dataset} isRandom={run.params.split === 'random'} />}
    </section>
  );
}

function PredictButton({ command }: { command: CommandId }) {
  const { title, hint = '', shortcut, run } = useCommand(command);
  const isPending = usePredicting((state) => state.isPending);
  return (
    <Button title={title} shortcut={shortcut} disabled={isPending} onClick={run}>
      {hint[0]?.toUpperCase() + hint.slice(1)}
    </Button>
  );
}

/** How the last request ended here, and which other charts could not be predicted. */
function Outcome({ progress }: { progress: PredictionProgress }) {
  const { chart } = useSession();
  const times = useTimes(chart);
  const { here, isStale, failures } = progress;
  const where = here?.range ? `in ${times.range(here.range.from, here.range.to)}` : 'on this chart';
  return (
    <>
      {here?.status === 'succeeded' && (
        <p role="status" className="text-muted text-xs">
          {here.found === 0 ? 'Nothing new' : formatCount(here.found ?? 0)} predicted {where}.
        </p>
      )}
      {isStale && (
        <p className="text-warning text-xs">
          The candles have changed since this chart was predicted: its predictions are stale.
        </p>
      )}
      {failures.map(({ chartId, chart: name, error }) => (
        <Notice key={chartId} tone="error">
          {chartId !== chart.id && <strong className="font-semibold">{name}: </strong>}
          {error}
        </Notice>
      ))}
    </>
  );
}

/** What predictions say depends on whether the run has seen the place. */
function TrainedHere({ dataset, isRandom }: { dataset: RunDataset; isRandom: boolean }) {
  const { chart } = useSession();
  const times = useTimes(chart);
  const own = dataset.charts.find(({ id }) => id === chart.id);
  if (!own) {
    return <p className="text-muted text-xs">The run was not trained on this chart.</p>;
  }
  const { trainedFrom, trainedTo, examinedCandles } = own;
  if (trainedFrom === null || trainedTo === null) return null;
  const bars = examinedCandles === null ? 'bars' : `${formatCount(examinedCandles)} bars`;
  return (
    <p className="text-muted text-xs">
      Trained on {bars} of this chart ({times.range(trainedFrom, trainedTo)}). Predictions of these
      bars are by models that had not seen the place
      {isRandom && ' but its neighbours'}, and stay as they are.
    </p>
  );
}
