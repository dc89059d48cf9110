'use client';

import { useRouter } from 'next/navigation';
import { Tooltip } from 'radix-ui';
import { type ReactNode, useEffect, useState } from 'react';
import { Button } from '@/components/button';
import { Notice } from '@/components/notice';
import { runId as runIdSchema } from '@/contract/runs';
import { trpc } from '@/trpc/client';
import { PageBar } from '../../pages/page-bar';
import { PageFooter } from '../../pages/page-footer';
import { useShownColors } from '../../pages/safe-colors';
import { useService } from '../../pages/use-service';
import { runTitle } from '../../session/run-title';
import { modelName } from '../model-name';
import { isUnderWay } from '../use-runs';
import { RunBody } from './run-body';
import { RunList } from './run-list';
import { TrainDialog } from './train-dialog';

/** All runs, and one of them; without a number, the newest. `trains` asks at once what to train on. */
export function ModelPage({ runId, trains = false }: { runId: number | null; trains?: boolean }) {
  const runs = trpc.runs.all.useQuery(
    {},
    { refetchInterval: ({ state }) => (state.data?.some(isUnderWay) ? 1_000 : 15_000) },
  );
  const labels = trpc.spans.types.useQuery();
  const shownLabels = useShownColors(labels.data);
  const [isTraining, setIsTraining] = useState(trains);
  const all = runs.data ?? [];
  const current = runId ?? all[0]?.id ?? null;
  const isValid = current !== null && runIdSchema.safeParse(current).success;
  const run = trpc.runs.get.useQuery(
    { runId: current ?? 0 },
    {
      enabled: isValid,
      refetchInterval: ({ state }) => (state.data && isUnderWay(state.data) ? 1_000 : false),
    },
  );
  const shown = run.data?.id === current ? run.data : undefined;
  useEffect(() => {
    document.title = `${shown ? runTitle(shown) : 'Models'} · candle-annotator`;
  }, [shown]);
  const service = useService();
  const router = useRouter();
  const goTo = (step: 1 | -1) => {
    const next = all[all.findIndex(({ id }) => id === current) + step];
    if (next) router.push(`/models/${next.id}`);
  };
  const error = runs.error ?? labels.error;
  return (
    <Tooltip.Provider>
      <div className="flex h-dvh min-w-[640px] flex-col overflow-hidden">
        <PageBar />
        {error && (
          <div className="p-3">
            <Notice tone="error">The runs can’t be read: {error.message}</Notice>
          </div>
        )}
        <div className="flex min-h-0 flex-1">
          <div className="flex w-[184px] shrink-0 flex-col border-line border-r bg-panel">
            <RunList runs={all} current={current} />
            <div className="border-line border-t p-3">
              <Button className="w-full" onClick={() => setIsTraining(true)}>
                Train a run
              </Button>
              {service.data?.connected === false && (
                <p className="mt-2 text-warning text-xs">
                  No model service is connected, so what is queued waits.
                </p>
              )}
            </div>
          </div>
          {run.error && isValid ? (
            <Message>
              <h1 className="font-semibold text-lg">There is no such run</h1>
              <p className="mt-1 text-muted">{run.error.message}</p>
            </Message>
          ) : shown && shownLabels ? (
            <RunBody
              key={`${shown.id} ${shown.status}`}
              run={shown}
              runs={all}
              labels={shownLabels}
            />
          ) : (
            <Message>
              {runs.data?.length === 0 ? (
                <>
                  <h1 className="font-semibold text-lg">No run yet</h1>
                  <p className="mt-1 text-muted">
                    Label some patterns on a chart, say which bars you have examined, and train.
                  </p>
                </>
              ) : (
                <h1 className="text-muted">Reading the run…</h1>
              )}
            </Message>
          )}
        </div>
        <PageFooter
          keys={[
            {
              written: 'J K',
              hint: 'run',
              run: [
                ['j', () => goTo(1)],
                ['k', () => goTo(-1)],
              ],
            },
            { written: 'T', hint: 'train', run: [['t', () => setIsTraining(true)]] },
          ]}
        >
          {shown && `${runTitle(shown)}: ${modelName(shown)}`}
        </PageFooter>
      </div>
      {isTraining && (
        <TrainDialog chartIds={shown?.params.chartIds ?? []} onClose={() => setIsTraining(false)} />
      )}
    </Tooltip.Provider>
  );
}

const Message = ({ children }: { children: ReactNode }) => (
  <main className="grid flex-1 place-items-center p-6">
    <div className="max-w-md text-center">{children}</div>
  </main>
);
