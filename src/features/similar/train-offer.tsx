'use client';

import { Button } from '@/components/button';
import { Notice } from '@/components/notice';
import type { Search } from '@/contract/searches';
import { trpc } from '@/trpc/client';
import { useSaveState, useSession } from '../session/session';
import { leaveSearch } from './find-similar';

/** From so many answers on a model has something to learn from. */
const LEAST_ANSWERS = 20;

/** What a search cannot do: a model that learns from the answers finds other shapes of the pattern, too. */
export function TrainOffer({ search }: { search: Search }) {
  const session = useSession();
  const { waiting } = useSaveState();
  const utils = trpc.useUtils();
  const queue = trpc.runs.queue.useMutation({
    async onSuccess(run) {
      await utils.runs.list.invalidate({ chartId: session.chart.id });
      leaveSearch(session, run.id);
    },
  });
  const answers = search.charts.reduce((sum, { yes, no }) => sum + yes + no, 0);
  if (answers < LEAST_ANSWERS) return null;
  const many = search.charts.length > 1;
  return (
    <div className="flex flex-col gap-1.5">
      <Button
        // A run reads what is stored, so what is unsaved would be missing from it.
        disabled={queue.isPending || waiting > 0}
        onClick={() => queue.mutate({ chartIds: search.charts.map(({ chartId }) => chartId) })}
      >
        Train a model on {many ? 'these charts' : 'this chart'}
      </Button>
      <p className="text-muted text-xs">
        It learns from what you answered and looks at {many ? 'all of them' : 'the whole chart'}.
      </p>
      {queue.error && <Notice tone="error">{queue.error.message}</Notice>}
    </div>
  );
}
