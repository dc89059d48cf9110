'use client';

import { useRouter } from 'next/navigation';
import { Button } from '@/components/button';
import { trpc } from '@/trpc/client';
import { useBoardPage } from './board-context';
import { useSaving } from './use-board-charts';

/** Has a model learn from the charts of the set, and goes where its figures will be. */
export function TrainButton({ variant }: { variant?: 'solid' }) {
  const { set, charts } = useBoardPage();
  const { waiting } = useSaving(charts);
  const router = useRouter();
  const utils = trpc.useUtils();
  const queue = trpc.runs.queue.useMutation({
    async onSuccess(run) {
      await utils.runs.invalidate();
      router.push(`/models/${run.id}`);
    },
  });
  return (
    <>
      {queue.error && (
        <span role="alert" className="truncate text-down text-xs" title={queue.error.message}>
          {queue.error.message}
        </span>
      )}
      <Button
        {...(variant ? { variant } : {})}
        // A run reads what is stored, so what is unsaved would be missing from it.
        disabled={waiting > 0 || queue.isPending}
        onClick={() => queue.mutate({ chartIds: set.charts.map(({ chartId }) => chartId) })}
      >
        Train
      </Button>
    </>
  );
}
